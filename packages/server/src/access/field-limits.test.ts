/** How long and how many: the most is taken, one more is refused, in every field of every body and query. */

import { LIMITS } from '@suda/protocol'
import { expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { cellOf, send, type Ask } from '../testing/access/ask.ts'
import { aName, PASSWORD, People } from '../testing/access/people.ts'
import { openEvents } from '../testing/open-events.ts'
import { startServer } from '../testing/start-server.ts'

/** A request with a value of the size. */
type OfSize = (size: number) => Ask

const text = (size: number) => 'x'.repeat(size)
/** One that nobody has yet. */
const name = (size: number) => aName('n').padEnd(size, 'x').slice(0, Math.max(size, 1))
const ids = (size: number) => Array.from({ length: size }, () => uuidv7())
const email = (size: number) => {
  const end = `@${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example`
  return `${aName('n').padEnd(size - end.length, 'x')}${end}`
}

test('of everything that has a size the most is taken and one more refused', { timeout: 60_000 }, async () => {
  const people = await People.of(await startServer({ config: { rateLimits: false, signUp: 'open' } }))
  const me = await people.add({ siteRole: 'owner' })
  const roomId = await people.addRoom(me)
  const messageId = await people.post(me, roomId)
  const streamId: string = (await (await openEvents(me.client, '/api/feed')).next()).data.streamId
  const room = `/api/rooms/${roomId}`
  const newRoom = () => ({ slug: aName('room'), name: 'Room', visibility: 'public' })
  const newUser = () => ({ username: aName('new'), password: PASSWORD })
  const post = (path: string, body: object): Ask => ({ method: 'POST', path, body })
  const patch = (path: string, body: object): Ask => ({ method: 'PATCH', path, body })
  const get = (path: string): Ask => ({ method: 'GET', path })
  const publicRooms = await Promise.all(Array.from({ length: 21 }, () => people.addRoom(me)))

  const limits: Readonly<Record<string, [most: number, ask: OfSize]>> = {
    'text of a message': [LIMITS.textLength.max, (size) => post(`${room}/messages`, { text: text(size) })],
    'text of an edit': [LIMITS.textLength.max, (size) => patch(`/api/messages/${messageId}`, { text: text(size) })],
    'slug of a new room': [64, (size) => post('/api/rooms', { ...newRoom(), slug: name(size) })],
    'name of a new room': [80, (size) => post('/api/rooms', { ...newRoom(), name: text(size) })],
    'topic of a new room': [250, (size) => post('/api/rooms', { ...newRoom(), topic: text(size) })],
    'slug of a room': [64, (size) => patch(room, { slug: name(size) })],
    'name of a room': [80, (size) => patch(room, { name: text(size) })],
    'topic of a room': [250, (size) => patch(room, { topic: text(size) })],
    'name of the site': [80, (size) => patch('/api/site', { name: text(size) })],
    'default rooms': [20, (size) => patch('/api/site', { defaultRooms: publicRooms.slice(0, size) })],
    'own display name': [64, (size) => patch('/api/me', { displayName: text(size) })],
    'own locale': [35, (size) => patch('/api/me', { locale: `en-x${'-abcdefgh'.repeat(4).slice(0, size - 4)}` })],
    'user name': [32, (size) => post('/api/sign-up', { ...newUser(), username: name(size) })],
    'display name': [64, (size) => post('/api/sign-up', { ...newUser(), displayName: text(size) })],
    'e-mail address': [254, (size) => post('/api/sign-up', { ...newUser(), email: email(size) })],
    'new password': [256, (size) => post('/api/sign-up', { ...newUser(), password: name(size) })],
    'label of a token': [80, (size) => post('/api/tokens', { label: text(size) })],
    'uses of an invite': [10_000, (size) => post('/api/invites', { uses: size })],
    'watched rooms': [10, (size) => watch(streamId, publicRooms.slice(0, size))],
    'users by ids': [200, (size) => get(`/api/users?ids=${ids(size).join()}`)],
    'users by name': [64, (size) => get(`/api/users?query=${text(size)}`)],
    'page of users': [50, (size) => get(`/api/users?query=a&limit=${size}`)],
    'page of accounts': [200, (size) => get(`/api/accounts?limit=${size}`)],
    'page of the audit': [200, (size) => get(`/api/audit?limit=${size}`)],
    'page of rooms': [200, (size) => get(`/api/rooms?limit=${size}`)],
    'page of members': [200, (size) => get(`${room}/members?limit=${size}`)],
    'page of messages': [200, (size) => get(`${room}/messages?limit=${size}`)],
    'page of a thread': [200, (size) => get(`/api/messages/${messageId}/thread?limit=${size}`)],
    'history of a feed': [200, (size) => get(`${room}/feed?history=${size}`)],
  }

  // Who signs up in a browser is signed out of what was there before.
  const clientFor = ({ path }: Ask) => (path === '/api/sign-up' ? people.server.anyone : me.client)
  const wrong: string[] = []
  for (const [what, [most, ask]] of Object.entries(limits)) {
    const cells: string[] = []
    for (const size of [most, most + 1]) {
      const asked = ask(size)
      cells.push(cellOf(await send(clientFor(asked), asked)))
    }
    const [atMost = '', beyond] = cells
    const isFine = /^20\d$/.test(atMost) && beyond?.startsWith('422')
    if (isFine !== true) wrong.push(`${what}: ${cells.join(', ')}`)
  }
  expect(wrong).toEqual([])
})

function watch(streamId: string, rooms: readonly string[]): Ask {
  return { method: 'PUT', path: `/api/streams/${streamId}/watch`, body: { rooms } }
}
