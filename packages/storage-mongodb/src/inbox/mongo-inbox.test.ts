import { expect, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { aRoom, aStorage } from '../testing/a-storage.ts'
import { allTexts, postInto, theirs } from '../testing/foreign-rows.ts'

test('what one writer inserts beside three processes becomes messages, each once and in order', async () => {
  const url = mongoUrl()
  const storages = await Promise.all([1, 2, 3].map(() => aStorage({ url })))
  const [storage] = storages
  if (storage === undefined) throw new Error('none')
  const room = await aRoom(storage)
  for (const one of storages) await one.inbox.start(postInto(one, room))
  const inbox = (await theirs(url)).collection('inbox')
  const texts = Array.from({ length: 100 }, (_, n) => `text ${n}`)

  for (const text of texts) await inbox.insertOne({ room: 'general', author: 'alice', text })

  await expect.poll(() => inbox.countDocuments(), { timeout: 20_000 }).toBe(0)
  expect(await allTexts(storage, room)).toEqual(texts)
})
