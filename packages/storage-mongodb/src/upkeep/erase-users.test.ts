import { randomUUID } from 'node:crypto'
import type { CommitOptions, Draft, Storage } from '@suda/core/storage'
import { MongoClient } from 'mongodb'
import { expect, test, vi } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { databaseName } from '../database-name.ts'
import { aRoom, aStorage, creating, freely, posting, type ARoom } from '../testing/a-storage.ts'

const CANARY = 'canary'

test('of a deleted user no name is left in any collection, and each can be had again', async () => {
  const url = mongoUrl()
  const storage = await aStorage({ url, limits: { eraseSlice: 3 } })
  const userId = await aLifeIn(storage, await aRoom(storage))
  expect(await holding(url, CANARY)).toEqual(['changes', 'invites', 'retries', 'sessions', 'tokens', 'users'])

  await storage.commit([deleting(userId)], freely())
  expect(storage.status().erasing).toBe(1)
  await isErased(storage)

  expect(await holding(url, CANARY)).toEqual([])
  expect((await storage.user({ id: userId }))?.user.deletedAt).toBeDefined()
  await storage.commit([named(randomUUID())], freely())
  expect(await storage.user({ email: `${CANARY}@example.org` })).toBeDefined()
})

test('what one process has begun to erase another one ends', async () => {
  const url = mongoUrl()
  const first = await aStorage({ url, limits: { eraseSlice: 1, tickMs: 60_000 } })
  const userId = await aLifeIn(first, await aRoom(first))
  await first.commit([deleting(userId)], freely())
  await first.close()
  expect(await holding(url, CANARY)).toContain('changes')

  const second = await aStorage({ url, limits: { tickMs: 20 } })
  expect(second.status().erasing).toBe(1)
  await isErased(second)

  expect(await holding(url, CANARY)).toEqual([])
})

test('users who are deleted one after the other are all erased, with a room among them', async () => {
  const url = mongoUrl()
  const storage = await aStorage({ url, limits: { eraseSlice: 2 } })
  const room = await aRoom(storage)
  const users = Array.from({ length: 3 }, () => randomUUID())
  for (const userId of users) await storage.commit([creating(userId, `${CANARY}${userId}`)], freely())
  await storage.commit(
    users.map((userId) => posting({ roomId: room.roomId, userId })),
    freely(),
  )

  await storage.commit([{ type: 'room.deleted', audience: [`room:${room.roomId}`], roomId: room.roomId }], freely())
  for (const userId of users) await storage.commit([deleting(userId)], freely())
  await isErased(storage)

  expect(await holding(url, CANARY)).toEqual([])
})

test('an answer that names the deleted user is forgotten, whoever asked, and one that is brought later is not taken', async () => {
  const storage = await aStorage({ url: mongoUrl() })
  const { userId: askedBy } = await aRoom(storage)
  const userId = randomUUID()
  const [telling, other, making] = ['telling', 'other', 'making'].map((key) => ({
    actorId: askedBy,
    key,
    requestHash: key,
  }))
  if (telling === undefined || other === undefined || making === undefined) throw new Error('three keys')
  const under = (idempotency: CommitOptions['idempotency']): CommitOptions =>
    idempotency === undefined ? freely() : { ...freely(), idempotency }
  await storage.commit([named(userId)], under(making))
  await storage.commit(
    [creating(randomUUID())],
    under({ ...telling, answer: JSON.stringify({ userId, name: CANARY }) }),
  )
  await storage.commit([creating(randomUUID())], under({ ...other, answer: 'of somebody else' }))

  await storage.commit([deleting(userId)], freely())
  await isErased(storage)
  await storage.commit([], under({ ...making, answer: CANARY }))

  const answerOf = async ({ key }: { key: string }) => (await storage.keptAnswer(askedBy, key))?.answer
  expect(await answerOf(telling)).toBeUndefined()
  expect(await answerOf(making)).toBeUndefined()
  expect(await answerOf(other)).toBe('of somebody else')
})

test('nothing of a deleted user lets anybody in, whatever the drafts before have left', async () => {
  const storage = await aStorage({ url: mongoUrl() })
  const userId = await aLifeIn(storage, await aRoom(storage))
  expect(await storage.session(CANARY)).toBeDefined()

  await storage.commit([deleting(userId)], freely())

  expect(await storage.session(CANARY)).toBeUndefined()
  expect(await storage.token(CANARY)).toBeUndefined()
  expect(await storage.invite({ codeHash: CANARY })).toBeUndefined()
  expect(await storage.tokensOf(userId)).toEqual([])
})

function isErased(storage: Storage): Promise<void> {
  return vi.waitFor(() => expect(storage.status().erasing).toBe(0), { timeout: 15_000 })
}

const deleting = (userId: string): Draft => ({ type: 'user.deleted', audience: ['site'], userId })

function named(userId: string): Draft {
  const names = { username: CANARY, displayName: CANARY, email: `${CANARY}@example.org`, externalId: CANARY }
  const user = { kind: 'human', siteRole: 'member', passwordHash: CANARY, ...names } as const
  return { type: 'user.created', audience: ['server'], userId, user }
}

/** Somebody with all that a user can have, whose names stand wherever they can. */
async function aLifeIn(storage: Storage, { roomId }: ARoom): Promise<string> {
  const userId = randomUUID()
  const audience = [`room:${roomId}`] as const
  const [server, expiresAt] = [['server'] as const, '2999-01-01T00:00:00.000Z']
  const secret = () => ({ id: randomUUID(), secretHash: CANARY })
  const message = posting({ roomId, userId })
  const { messageId } = message
  const mentions = [{ kind: 'user', userId, as: 'me' }] as const
  const drafts: Draft[] = [
    named(userId),
    { type: 'user.changed', audience: ['site'], userId, user: { displayName: `${CANARY} the second` } },
    { type: 'profile.changed', audience: server, userId, profile: { locale: CANARY, timeZone: CANARY } },
    { type: 'member.joined', audience, roomId, userId, member: { role: 'member' } },
    { type: 'member.changed', audience, roomId, userId, member: { role: 'moderator' } },
    message,
    { type: 'message.edited', audience, roomId, messageId, message: { text: 'hello, me', mentions } },
    { type: 'token.created', audience: server, userId, token: { ...secret(), label: 'bot', scopes: [] } },
    { type: 'session.started', audience: server, userId, session: { ...secret(), userAgent: CANARY, expiresAt } },
    {
      type: 'invite.created',
      audience: server,
      userId,
      invite: { id: randomUUID(), codeHash: CANARY, role: 'guest', expiresAt },
    },
  ]
  for (const [index, draft] of drafts.entries()) {
    const kept = { actorId: userId, key: `${index}`, requestHash: '', answer: `to ${CANARY}` }
    await storage.commit([draft], { ...freely(), idempotency: kept })
  }
  return userId
}

/** The names of the collections in which the text stands anywhere. */
async function holding(url: string, text: string): Promise<string[]> {
  await using client = new MongoClient(url)
  const db = client.db(databaseName(url))
  const found: string[] = []
  for (const { name } of await db.listCollections().toArray())
    if (JSON.stringify(await db.collection(name).find().toArray()).includes(text)) found.push(name)
  return found.sort()
}
