import { randomUUID } from 'node:crypto'
import type { Draft } from '@suda/core/storage'
import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test, vi } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import { databaseName } from '../database-name.ts'
import { aRoom, aStorage, freely } from '../testing/a-storage.ts'

test('members of a deleted room go in slices once the log is trimmed past it, and hold up nobody who writes', async () => {
  const url = mongoUrl()
  const proxy = await startMongoProxy(url)
  onTestFinished(() => proxy.close())
  const limits = { keepMs: 0, keepChanges: 0, trimSlice: 2, tickMs: 20 }
  const storage = await aStorage({ url: proxy.url, limits })
  const { roomId } = await aRoom(storage)
  const audience = [`room:${roomId}`] as const
  const joining = (): Draft => ({
    type: 'member.joined',
    audience,
    roomId,
    userId: randomUUID(),
    member: { role: 'member' },
  })
  await storage.commit([...Array.from({ length: 4 }, joining), { type: 'room.deleted', audience, roomId }], freely())

  // The newest change stays in any case.
  await aRoom(storage)

  const counts = await countsOf(url)
  await vi.waitFor(async () => expect(await counts()).toEqual({ members: 1, rooms: 1 }), { timeout: 15_000 })
  const deletes = proxy.commands.filter(({ body, name }) => name === 'delete' && body['delete'] === 'members')
  expect(deletes.length).toBeGreaterThan(1)
  expect(deletes.filter(({ body }) => 'autocommit' in body)).toEqual([])
})

async function countsOf(url: string) {
  const client = new MongoClient(url)
  onTestFinished(() => client.close())
  const db = client.db(databaseName(url))
  return async () => ({
    members: await db.collection('members').countDocuments(),
    rooms: await db.collection('rooms').countDocuments(),
  })
}
