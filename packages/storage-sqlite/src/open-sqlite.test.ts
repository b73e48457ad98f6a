import { expect, test } from 'vitest'
import { aRoom } from './testing/a-storage.ts'
import { freely, posting } from './testing/drafts.ts'

test('ST4: a post that was acknowledged can be read at once, and comes by the feed', async () => {
  const storage = await aRoom()
  const feed = storage.feed(5)[Symbol.asyncIterator]()

  const { changes } = await storage.commit([posting({ id: 'm1', text: 'hello' })], freely())

  expect(changes).toMatchObject([{ position: 6, type: 'message.posted', messageId: 'm1' }])
  expect(await storage.message('m1')).toMatchObject({ text: 'hello', seq: 1, ordinal: 1 })
  expect(await feed.next()).toMatchObject({ value: changes })
})

test('close ends the feed and refuses what comes later', async () => {
  const storage = await aRoom()
  const feed = storage.feed(5)[Symbol.asyncIterator]()
  const next = feed.next()

  await storage.close()

  expect(await next).toMatchObject({ done: true })
  await expect(storage.commit([posting({ id: 'm1' })], freely())).rejects.toMatchObject({ code: 'unavailable' })
  await expect(storage.site()).rejects.toMatchObject({ code: 'unavailable' })
})
