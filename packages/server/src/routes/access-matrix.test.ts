/** Who may do what, written down once more by hand and asked over HTTP, apart from the policy in the code. */

import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Client } from '../testing/a-client.ts'
import { startServer, type TestServer } from '../testing/start-server.ts'

interface Target {
  readonly roomId: string
  /** By mate, a member. */
  readonly messageId: string
}

type Call = (client: Client, target: Target) => Promise<{ readonly status: number }>

const room = ({ roomId }: Target) => `/api/rooms/${roomId}`
const message = ({ messageId }: Target) => `/api/messages/${messageId}`

const calls: Record<string, Call> = {
  'see the room': (client, target) => client.get(room(target)),
  'rename the room': (client, target) => client.patch(room(target), { name: 'renamed' }),
  'delete the room': (client, target) => client.delete(room(target)),
  'list members': (client, target) => client.get(`${room(target)}/members`),
  join: (client, target) => client.put(`${room(target)}/members/me`),
  'add somebody': (client, target) => client.put(`${room(target)}/members/somebody`),
  'give a role': (client, target) => client.put(`${room(target)}/members/mate`, { role: 'moderator' }),
  'remove somebody': (client, target) => client.delete(`${room(target)}/members/mate`),
  post: (client, target) => client.post(`${room(target)}/messages`, { text: 'hello' }),
  'read messages': (client, target) => client.get(`${room(target)}/messages`),
  'follow the room': (client, target) => client.send('HEAD', `${room(target)}/feed`),
  'move the read position': (client, target) => client.put(`${room(target)}/read`, { seq: 1 }),
  type: (client, target) => client.post(`${room(target)}/typing`),
  'see a message': (client, target) => client.get(message(target)),
  'edit a message of another': (client, target) => client.patch(message(target), { text: 'mine' }),
  'delete a message of another': (client, target) => client.delete(message(target)),
  'read a thread': (client, target) => client.get(`${message(target)}/thread`),
}

const actors = [
  'nobody',
  'guest',
  'outsider',
  'admin',
  'member',
  'guest member',
  'moderator',
  'reading token',
  'writing token',
] as const

// In the order of `actors`.
const inPublic: Record<keyof typeof calls, number[]> = {
  'see the room': [401, 404, 200, 200, 200, 200, 200, 200, 403],
  'rename the room': [401, 404, 403, 200, 403, 403, 200, 403, 403],
  'delete the room': [401, 404, 403, 204, 403, 403, 204, 403, 403],
  'list members': [401, 404, 200, 200, 200, 200, 200, 200, 403],
  join: [401, 404, 201, 201, 200, 200, 200, 403, 200],
  'add somebody': [401, 404, 403, 403, 201, 403, 201, 403, 201],
  'give a role': [401, 404, 403, 200, 403, 403, 200, 403, 403],
  'remove somebody': [401, 404, 403, 204, 403, 403, 204, 403, 403],
  post: [401, 404, 201, 201, 201, 201, 201, 403, 201],
  'read messages': [401, 404, 200, 200, 200, 200, 200, 200, 403],
  'follow the room': [401, 404, 200, 200, 200, 200, 200, 200, 403],
  'move the read position': [401, 404, 403, 403, 200, 200, 200, 403, 200],
  type: [401, 404, 204, 204, 204, 204, 204, 403, 204],
  'see a message': [401, 404, 200, 200, 200, 200, 200, 200, 403],
  'edit a message of another': [401, 404, 403, 403, 403, 403, 403, 403, 403],
  'delete a message of another': [401, 404, 403, 200, 403, 403, 200, 403, 403],
  'read a thread': [401, 404, 200, 200, 200, 200, 200, 200, 403],
}

/** Roles on the site give no way into a private room; for its members nothing is different. */
const inPrivate = Object.fromEntries(
  Object.entries(inPublic).map(([call, expected]) => [
    call,
    expected.map((status, index) => (index >= 1 && index <= 3 ? 404 : status)),
  ]),
)

test.each([
  ['public', inPublic],
  ['private', inPrivate],
])('in a %s room everybody may do what the matrix says', { timeout: 60_000 }, async (visibility, matrix) => {
  const server = await startServer()
  const people = await aCast(server)
  const found: Record<string, number[]> = {}

  for (const [name, call] of Object.entries(calls)) {
    found[name] = []
    for (const actor of actors) {
      const target = await aTarget(server, people, visibility === 'private')
      found[name].push((await call(people[actor], target)).status)
    }
  }

  expect(found).toEqual(matrix)
})

type Cast = Record<(typeof actors)[number] | 'mate' | 'somebody', Client>

async function aCast(server: TestServer): Promise<Cast> {
  const member = await server.addUser('member')
  const withScope = async (scope: 'read' | 'write') =>
    member.with({ authorization: `Bearer ${await member.addToken([scope])}` })
  return {
    nobody: server.anyone,
    guest: await server.addUser('guest', 'guest'),
    outsider: await server.addUser('outsider'),
    admin: await server.addUser('admin', 'admin'),
    member,
    'guest member': await server.addUser('guest-member', 'guest'),
    moderator: await server.addUser('moderator'),
    'reading token': await withScope('read'),
    'writing token': await withScope('write'),
    mate: await server.addUser('mate'),
    somebody: await server.addUser('somebody'),
  }
}

/** A fresh one for each cell, so that none depends on the one before. */
async function aTarget(server: TestServer, people: Cast, isPrivate: boolean): Promise<Target> {
  const members = [people.member, people['guest member'], people.mate]
  const roomId = await server.addRoom(`room-${randomUUID().slice(0, 8)}`, {
    owner: people.moderator,
    members,
    ...(isPrivate && { private: true }),
  })
  const { body } = await people.mate.post(`/api/rooms/${roomId}/messages`, { text: 'hello' })
  return { roomId, messageId: body.message.id }
}
