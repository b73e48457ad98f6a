import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { databaseName } from '../database-name.ts'
import { aRoom, aStorage, freely, posting } from '../testing/a-storage.ts'

test('answers of requests that changed nothing are forgotten once, and no later edit reads them again', async () => {
  const url = mongoUrl()
  const storage = await aStorage({ url })
  const room = await aRoom(storage)
  const { messageId, ...post } = posting(room, 'first')
  await storage.commit([{ ...post, messageId }], freely())
  const idempotency = { actorId: room.userId, key: 'k', requestHash: 'h', answer: 'tells of the text' }
  await storage.commit([], { ...freely(), idempotency })
  expect(await idleIn(url)).toBe(1)

  const { audience, roomId } = post
  const message = { text: 'second', mentions: [] }
  await storage.commit([{ type: 'message.edited', audience, roomId, messageId, message }], freely())

  expect(await idleIn(url)).toBe(0)
  expect(await storage.keptAnswer(room.userId, 'k')).toEqual({ requestHash: 'h' })
})

async function idleIn(url: string): Promise<number> {
  const client = new MongoClient(url)
  onTestFinished(() => client.close())
  return client.db(databaseName(url)).collection('retries').countDocuments({ isIdle: true })
}
