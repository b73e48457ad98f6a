/** No command walks a collection that grows. */

import { randomUUID } from 'node:crypto'
import type { Draft, Precondition, Storage } from '@suda/core/storage'
import { MongoClient, type Document } from 'mongodb'
import { expect, onTestFinished, test, vi } from 'vitest'
import { mongoUrl } from '../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../testing/mongodb/wire/mongo-proxy.ts'
import { aRoom, aStorage, creating, freely, posting, type ARoom } from './testing/a-storage.ts'
import { isFound, isInOrder, kindOf, looksOf, type Look } from './testing/looks.ts'

test('every filter of every draft, precondition, read and job begins with an index, and pages come in its order', async () => {
  const url = mongoUrl()
  const looks = await looksOfEverything(url)
  const isSorted = ({ sort }: Look) => Object.keys(sort).length > 0

  expect(looks.length).toBeGreaterThan(60)
  expect(looks.filter((look) => !isFound(look)).map(kindOf)).toEqual([])
  expect(await walked(url, looks)).toEqual([])
  expect(looks.filter(isSorted).length).toBeGreaterThan(15)
  const byHand = looks.filter((look) => isSorted(look) && !isInOrder(look)).map(kindOf)
  expect(byHand.sort()).toEqual(SORTED_BY_HAND)
})

test('a filter that no index begins with, and an order that none has, are told from others', () => {
  const messages = (filter: Document, sort: Document = {}) => ({ collection: 'messages', filter, sort })

  expect(isFound(messages({ roomId: 'a', authorId: 'b' }))).toBe(true)
  expect(isFound(messages({ authorId: 'b' }))).toBe(false)
  expect(isFound(messages({ roomId: { $ne: 'a' } }))).toBe(false)
  expect(isFound(messages({ $or: [{ roomId: 'a' }, { authorId: 'b' }] }))).toBe(false)
  expect(isFound({ collection: 'rooms', filter: { visibility: 'private' }, sort: {} })).toBe(false)
  expect(isInOrder(messages({ roomId: 'a', inMain: true, seq: { $lt: 3 } }, { seq: -1 }))).toBe(true)
  expect(isInOrder(messages({ roomId: 'a', seq: { $lt: 3 } }, { seq: -1 }))).toBe(false)
})

const OWN_ROOMS = [
  'rooms: _id $in deletedPosition $exists by activeAt _id',
  'rooms: activeAt $lt _id $in deletedPosition $exists or activeAt _id $in $lt deletedPosition $exists by activeAt _id',
]

/** The replies that are left after one was deleted, one's own rooms, people of whom the beginning of a name is known. */
const SORTED_BY_HAND = [
  'messages: threadId deletedAt $exists by createdAt',
  ...OWN_ROOMS,
  'users: username $gte $lte suspendedAt $exists deletedAt $exists or displayKey $gte $lte suspendedAt $exists deletedAt $exists by username',
]

/** One of each kind. */
async function looksOfEverything(url: string): Promise<Look[]> {
  const proxy = await startMongoProxy(url)
  onTestFinished(() => proxy.close())
  const storage = await aStorage({ url: proxy.url })
  const room = await aRoom(storage)
  await writeEverything(storage, room)
  await readEverything(storage, room)
  await workInTheBackground(storage, proxy.url, room)
  return [...new Map(proxy.commands.flatMap(looksOf).map((look) => [kindOf(look), look])).values()]
}

async function writeEverything(storage: Storage, { roomId, userId }: ARoom): Promise<void> {
  const commit = (drafts: readonly Draft[], preconditions: readonly Precondition[] = []) =>
    storage.commit(drafts, {
      ...freely(preconditions),
      idempotency: { actorId: userId, key: randomUUID(), requestHash: '' },
    })
  const [bob, tokenId, sessionId, inviteId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const token = { id: tokenId, secretHash: tokenId, label: '', scopes: [] }
  const session = { id: sessionId, secretHash: sessionId, expiresAt: '2999-01-01T00:00:00.000Z', tokenId }
  const [audience, of] = [[`room:${roomId}`] as const, { roomId, userId: bob }]
  const [one, two] = [posting(of), posting(of)]
  const mentions = [{ kind: 'room', as: 'all' }] as const
  await commit([creating(bob)])
  await commit([{ type: 'member.joined', audience, ...of, member: { role: 'member' } }])
  await commit([{ type: 'token.created', audience: ['server'], userId: bob, token }])
  await commit([{ type: 'session.started', audience: ['server'], userId: bob, session }])
  const invite = { id: inviteId, codeHash: inviteId, role: 'member', expiresAt: session.expiresAt } as const
  await commit([{ type: 'invite.created', audience: ['server'], userId: bob, invite }])
  await commit([one], holding({ roomId, userId: bob, tokenId, sessionId, inviteId }))
  await commit([{ type: 'invite.used', audience: ['server'], userId: bob, inviteId }])
  await commit([{ type: 'invite.deleted', audience: ['server'], userId: bob, inviteId }])
  const { expiresAt } = session
  await commit([{ type: 'session.renewed', audience: ['server'], userId: bob, sessionId, expiresAt }])
  await commit([
    { ...two, message: { ...two.message, mentions, threadId: one.messageId }, source: { source: 's', sourceId: '1' } },
  ])
  const edited = {
    type: 'message.edited',
    audience,
    roomId,
    messageId: one.messageId,
    message: { text: 'x', mentions },
  } as const
  await commit([edited])
  await commit([edited, { type: 'message.deleted', audience, roomId, messageId: two.messageId, deletedBy: bob }])
  for (const seq of [1, 2])
    await commit([{ type: 'read.moved', audience: [`user:${userId}`], roomId, userId, seq, force: true }])
  await commit([{ type: 'room.changed', audience, roomId, room: { topic: 'x' } }])
  await commit([{ type: 'session.ended', audience: ['server'], userId: bob, sessionId, reason: 'signed_out' }])
  await commit([{ type: 'token.deleted', audience: ['server'], userId: bob, tokenId }])
  await commit([{ type: 'member.left', audience, ...of, reason: 'left' }])
  await commit([{ type: 'user.deleted', audience: ['site'], userId: bob }])
}

interface Held extends ARoom {
  readonly sessionId: string
  readonly tokenId: string
  readonly inviteId: string
}

function holding({ inviteId, roomId, sessionId, tokenId, userId }: Held): Precondition[] {
  return [
    { kind: 'reader', userId, roomId },
    { kind: 'roomRole', userId, roomId, atLeast: 'member' },
    { kind: 'siteRole', userId, atLeast: 'member' },
    { kind: 'notMuted', userId, roomId },
    { kind: 'roomOpen', roomId },
    { kind: 'revision', entity: 'room', id: roomId, revision: 1 },
    { kind: 'session', sessionId },
    { kind: 'token', tokenId },
    { kind: 'quota', key: 'k', limit: 3, windowMs: 1_000 },
    { kind: 'unique', field: 'slug', value: 'x' },
    { kind: 'unique', field: 'email', value: 'x' },
    { kind: 'noOwner' },
    { kind: 'invite', inviteId },
    { kind: 'notOwner', userId },
    { kind: 'noOther', of: 'session', owner: { userId }, ids: [sessionId] },
    { kind: 'noOther', of: 'session', owner: { tokenId }, ids: [sessionId] },
    { kind: 'noOther', of: 'token', owner: { userId }, ids: [tokenId] },
    { kind: 'noOther', of: 'invite', owner: { userId }, ids: [inviteId] },
    { kind: 'noOther', of: 'membership', owner: { userId }, ids: [roomId] },
  ]
}

async function readEverything(storage: Storage, { roomId, userId }: ARoom): Promise<void> {
  for (const ref of [{ id: 'a' }, { username: 'a' }, { email: 'a' }, { externalId: 'a' }]) await storage.user(ref)
  await storage.site()
  await storage.cards(['a', userId])
  await storage.findUsers('a', 3)
  for (const page of [{}, { after: 'a' }]) await storage.users({ limit: 3, ...page })
  await storage.readersNamed(roomId, ['a', 'b'])
  await storage.session('s')
  await storage.token('s')
  for (const owner of [{ userId }, { tokenId: 'a' }]) await storage.sessionsOf(owner)
  await storage.tokensOf(userId)
  for (const ref of [{ id: 'a' }, { codeHash: 'a' }]) await storage.invite(ref)
  for (const createdBy of [undefined, userId]) await storage.invites(createdBy)
  for (const ref of [roomId, 'general']) await storage.room(ref, userId)
  await storage.members(roomId, { limit: 3 })
  for (const browse of [true, false])
    for (const page of [{}, { after: '9.r' }]) await storage.rooms(userId, { browse, limit: 3, ...page })
  await readMessages(storage, roomId)
  for (const part of [{}, { after: '1/1.r' }, { roomIds: [roomId, 'r'] }]) await storage.snapshot(userId, part)
  await storage.readership(userId)
  await storage.readership(userId, roomId)
  await storage.publicRooms()
  await storage.keptAnswer(userId, 'k')
  for (const filter of [{}, { actorId: 'x' }, { type: 'y' }, { before: 1 }, { actorId: 'x', type: 'y', before: 1 }])
    await storage.audit({ limit: 3, ...filter })
  await storage.changesAfter(0, 10)
}

async function readMessages(storage: Storage, roomId: string): Promise<void> {
  const { messages } = await storage.messages(roomId, { limit: 3 })
  const [root] = messages
  expect(root?.thread).toBeDefined()
  for (const bound of [{ before: 2 }, { after: 1 }, { around: 1 }])
    await storage.messages(roomId, { limit: 3, ...bound })
  for (const bound of [{}, { before: 2 }, { after: 1 }]) await storage.thread(root?.id ?? '', { limit: 3, ...bound })
  await storage.messageOrigin('m')
}

async function workInTheBackground(storage: Storage, url: string, { roomId }: ARoom): Promise<void> {
  await storage.commit([{ type: 'room.deleted', audience: [`room:${roomId}`], roomId }], freely())
  await vi.waitFor(() => expect(storage.status().erasing).toBe(0), 10_000)
  await storage.close() // which leaves the jobs to the next one
  const next = await aStorage({ url, limits: { tickMs: 20, keepMs: -1_000, keepChanges: 1 } })
  await vi.waitFor(async () => expect((await next.head()).firstPosition).toBeGreaterThan(1), 10_000)
}

/** Where the server can tell: kinds that it finds without an index. */
async function walked(url: string, looks: readonly Look[]): Promise<string[]> {
  await using client = new MongoClient(url)
  if ('secantusVersion' in (await client.db().command({ buildInfo: 1 }))) return []
  const kinds: string[] = []
  for (const look of looks) {
    const { queryPlanner } = await client.db().collection(look.collection).find(look.filter).sort(look.sort).explain()
    if (JSON.stringify(queryPlanner.winningPlan).includes('COLLSCAN')) kinds.push(kindOf(look))
  }
  return kinds
}
