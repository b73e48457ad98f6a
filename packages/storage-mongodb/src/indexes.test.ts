import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../testing/mongodb/mongo-url.ts'
import { createIndexes, INDEXES } from './indexes.ts'

test('three processes that start at once make every collection and index once', async () => {
  const url = mongoUrl()
  const clients = await Promise.all([1, 2, 3].map(() => connected(url)))

  await Promise.all(clients.map((client) => createIndexes(client.db())))

  const db = (await connected(url)).db()
  const collections = await db.listCollections().toArray()
  expect(collections.map(({ name }) => name).sort()).toEqual(Object.keys(INDEXES).sort())
  for (const [name, indexes] of Object.entries(INDEXES)) {
    const found = await db.collection(name).listIndexes().toArray()
    expect(found.map(({ key }) => key)).toEqual(expect.arrayContaining([{ _id: 1 }, ...indexes.map(({ key }) => key)]))
    expect(found).toHaveLength(indexes.length + 1)
  }
  await createIndexes(db)
})

async function connected(url: string): Promise<MongoClient> {
  const client = await new MongoClient(url).connect()
  onTestFinished(() => client.close())
  return client
}
