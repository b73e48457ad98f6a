import { expect, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { aRoom, aStorage } from '../testing/a-storage.ts'
import { allTexts, postInto, theirs } from '../testing/foreign-rows.ts'

const board = { name: 'board', collection: 'message', room: 'parent', author: 'userid', text: 'content', at: 'date' }

test('what stood in a collection before is silent and in the order of its dates, what comes later is loud', async () => {
  const url = mongoUrl()
  const message = (await theirs(url)).collection('message')
  const days = [3, 1, 2].map((day) => ({ content: `day ${day}`, date: new Date(Date.UTC(2016, 2, day)) }))
  await message.insertMany(days)
  const storage = await aStorage({ url, sources: [board] })
  const room = await aRoom(storage)

  await storage.sources.start(postInto(storage, room))
  await expect.poll(() => allTexts(storage, room), { timeout: 10_000 }).toHaveLength(3)
  await message.insertOne({ content: 'today', date: new Date() })
  await expect.poll(() => allTexts(storage, room), { timeout: 10_000 }).toHaveLength(4)

  const { messages } = await storage.messages(room.roomId, { limit: 10 })
  expect(messages).toMatchObject([
    { text: 'day 1', ordinal: 0, createdAt: '2016-03-01T00:00:00.000Z', via: { kind: 'source', name: 'board' } },
    { text: 'day 2', ordinal: 0, createdAt: '2016-03-02T00:00:00.000Z' },
    { text: 'day 3', ordinal: 0, createdAt: '2016-03-03T00:00:00.000Z' },
    { text: 'today', ordinal: 1 },
  ])
})
