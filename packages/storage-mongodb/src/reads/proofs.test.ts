import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { expect, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { databaseName } from '../database-name.ts'
import { aRoom, aStorage, freely } from '../testing/a-storage.ts'

test('a session that was stored before uses were noted was last used when it began, until it is renewed', async () => {
  const url = mongoUrl()
  const storage = await aStorage({ url })
  const { userId } = await aRoom(storage)
  const [id, expiresAt] = [randomUUID(), '2999-01-01T00:00:00.000Z']
  const session = { id, secretHash: 'hash', expiresAt }
  await storage.commit([{ type: 'session.started', audience: ['server'], userId, session }], freely())
  await using client = new MongoClient(url)
  const createdAt = new Date('2026-01-02T03:04:05.678Z')
  const sessions = client.db(databaseName(url)).collection('sessions')
  await sessions.updateOne({ userId }, { $unset: { lastUsedAt: '' }, $set: { createdAt } })
  expect(await lastUse()).toBe(createdAt.toISOString())

  // Another process, which knows of no document what it was before.
  const other = await aStorage({ url })
  const later = '3000-01-01T00:00:00.000Z'
  const renewed = { type: 'session.renewed', audience: ['server'], userId, sessionId: id, expiresAt: later } as const
  const { changes } = await other.commit([renewed], freely())

  expect(await lastUse()).toBe(new Date(changes[0]?.at ?? 0).toISOString())
  expect(await storage.session('hash')).toMatchObject({
    session: { createdAt: createdAt.toISOString(), expiresAt: later },
  })

  async function lastUse(): Promise<string | undefined> {
    return (await storage.session('hash'))?.session.lastUsedAt
  }
})
