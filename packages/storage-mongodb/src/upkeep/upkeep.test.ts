import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import { aRoom, aStorage, freely, posting } from '../testing/a-storage.ts'

test('a process that erases for long keeps the lease, and its name among the writers', async () => {
  const proxy = await startMongoProxy(mongoUrl())
  onTestFinished(() => proxy.close())
  const storage = await aStorage({ url: proxy.url, limits: { eraseSlice: 1, tickMs: 60_000 } })
  const room = await aRoom(storage)
  const { roomId } = room
  const posts = Array.from({ length: 4 }, () => posting(room))
  await storage.commit(posts, freely())
  const updatesOf = (name: string) => proxy.commands.filter(({ body }) => body['update'] === name).length
  const before = { leases: updatesOf('leases'), writers: updatesOf('writers') }

  await storage.commit([{ type: 'room.deleted', audience: [`room:${roomId}`], roomId }], freely())
  await expect.poll(() => storage.status().erasing, { timeout: 15_000 }).toBe(0)

  expect(updatesOf('leases') - before.leases).toBeGreaterThanOrEqual(posts.length)
  expect(updatesOf('writers') - before.writers).toBeGreaterThanOrEqual(posts.length)
})
