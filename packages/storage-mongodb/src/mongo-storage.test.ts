import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../testing/mongodb/wire/mongo-proxy.ts'
import { aStorage } from './testing/a-storage.ts'

test('a database that does not answer is a fault that is known without anybody who writes, and over when it does', async () => {
  const proxy = await startMongoProxy(mongoUrl())
  onTestFinished(() => proxy.close())
  const storage = await aStorage({ url: proxy.url, limits: { tickMs: 20, silenceMs: 200 } })
  expect(storage.status().fault).toBeUndefined()

  proxy.freeze()
  await expect.poll(() => storage.status().fault, { timeout: 10_000 }).toBe('unavailable')
  proxy.thaw()

  await expect.poll(() => storage.status().fault, { timeout: 10_000 }).toBeUndefined()
})
