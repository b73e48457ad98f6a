/** Every read of the port about everything that was named, each under its own name. */

import type { Storage, UserPage } from '@suda/core/storage'
import { NAMES, type World } from './world.ts'

export type Read = readonly [name: string, read: (storage: Storage) => Promise<unknown>]

const BOUNDS = [{}, { before: 3 }, { after: 2 }, { around: 2 }, { around: 99 }, { before: -1 }, { after: -5 }] as const

/** @param share of what can be asked for, from 0 to 1 */
export function everyRead(world: World, share: number): Read[] {
  const all = [...ofSite(), ...ofPeople(world), ...ofRooms(world), ...ofMessages(world), ...ofLog(world)]
  return all.filter(() => world.random.chance(share))
}

function ofSite(): Read[] {
  return [
    ['site', (storage) => storage.site()],
    ['publicRooms', (storage) => storage.publicRooms()],
  ]
}

function ofPeople({ users, sessions, tokens, invites, keys }: World): Read[] {
  return [
    ...once(users).flatMap(ofUser),
    ...NAMES.flatMap((name): Read[] => [
      [`user ${name}`, (storage) => storage.user({ username: name })],
      [`email ${name}`, (storage) => storage.user({ email: name })],
      [`externalId ${name}`, (storage) => storage.user({ externalId: name })],
      [`findUsers ${name}`, (storage) => storage.findUsers(name, 3)],
    ]),
    ['users', (storage) => allUsers(storage)],
    ['invites', async (storage) => ({ invites: await storage.invites() })],
    ...invites.flatMap(({ id, codeHash }): Read[] => [
      [`invite ${id}`, (storage) => storage.invite({ id })],
      [`invite ${codeHash}`, (storage) => storage.invite({ codeHash })],
    ]),
    ['cards', async (storage) => ({ users: await storage.cards(users) })],
    ...sessions.map(({ secretHash }): Read => [`session ${secretHash}`, (storage) => storage.session(secretHash)]),
    ...tokens.flatMap(({ id, secretHash }): Read[] => [
      [`token ${secretHash}`, (storage) => storage.token(secretHash)],
      [`sessionsOf token ${id}`, async (storage) => ({ sessions: await storage.sessionsOf({ tokenId: id }) })],
    ]),
    ...keys.map(({ actorId, key }): Read => [`keptAnswer ${key}`, (storage) => storage.keptAnswer(actorId, key)]),
  ]
}

function ofUser(id: string): Read[] {
  return [
    [`user ${id}`, (storage) => storage.user({ id })],
    [`sessionsOf ${id}`, async (storage) => ({ sessions: await storage.sessionsOf({ userId: id }) })],
    [`tokensOf ${id}`, async (storage) => ({ tokens: await storage.tokensOf(id) })],
    [`invites of ${id}`, async (storage) => ({ invites: await storage.invites(id) })],
    [`snapshot ${id}`, (storage) => storage.snapshot(id, {})],
    [`readership ${id}`, (storage) => storage.readership(id)],
    [`rooms of ${id}`, (storage) => storage.rooms(id, { browse: false, limit: 100 })],
    [`rooms for ${id}`, (storage) => storage.rooms(id, { browse: true, limit: 100 })],
    [`audit of ${id}`, audit({ actorId: id, limit: 5 })],
  ]
}

/** Page by page, and in their order. */
async function allUsers(storage: Storage): Promise<unknown> {
  const pages: UserPage['users'][] = []
  let after: string | undefined
  do {
    const { users, more } = await storage.users({ limit: 5, ...(after !== undefined && { after }) })
    pages.push(users)
    after = more
  } while (after !== undefined)
  return pages
}

function ofRooms({ rooms, users, random }: World): Read[] {
  return [
    ...once(rooms).flatMap((roomId): Read[] => [
      ...BOUNDS.map((bound): Read => {
        const page = { ...bound, limit: random.pick([1, 2, 5, 200]) }
        return [`messages ${roomId} ${JSON.stringify(page)}`, (storage) => storage.messages(roomId, page)]
      }),
      [`members ${roomId}`, (storage) => storage.members(roomId, { limit: 2 })],
      [`members ${roomId} after`, (storage) => storage.members(roomId, { limit: 2, after: users[0] ?? '' })],
      [`readersNamed ${roomId}`, (storage) => storage.readersNamed(roomId, [...NAMES])],
      ...once(users).flatMap((userId): Read[] => [
        [`room ${roomId} ${userId}`, (storage) => storage.room(roomId, userId)],
        [`member ${roomId} ${userId}`, (storage) => storage.member(roomId, userId)],
        [`readership ${userId} ${roomId}`, (storage) => storage.readership(userId, roomId)],
        [`snapshot ${userId} ${roomId}`, (storage) => storage.snapshot(userId, { roomIds: [roomId] })],
      ]),
    ]),
    ...NAMES.map((slug): Read => [`slug ${slug}`, (storage) => storage.room(slug, users[0] ?? '')]),
  ]
}

function ofMessages({ posts }: World): Read[] {
  return once(posts.map(({ messageId }) => messageId)).flatMap((id): Read[] => [
    [`message ${id}`, (storage) => storage.message(id)],
    [`messageOrigin ${id}`, (storage) => storage.messageOrigin(id)],
    [`thread ${id}`, (storage) => storage.thread(id, { limit: 3 })],
    [`thread ${id} after`, (storage) => storage.thread(id, { after: 1, limit: 3 })],
  ])
}

function ofLog({ random }: World): Read[] {
  const from = random.below(60)
  return [
    ['head', (storage) => storage.head()],
    ['log', (storage) => storage.changesAfter(0, 10_000)],
    [`log after ${from}`, (storage) => storage.changesAfter(from, 7)],
    ['audit', audit({ limit: 10_000 })],
    ['audit of joining', audit({ type: 'member.joined', limit: 3 })],
  ]
}

/** Each storage numbers its rows in its own way. */
function audit(page: Parameters<Storage['audit']>[0]): Read[1] {
  return async (storage) => (await storage.audit(page)).map((entry) => ({ ...entry, id: 'some number' }))
}

const once = (ids: readonly string[]): string[] => [...new Set(ids)]
