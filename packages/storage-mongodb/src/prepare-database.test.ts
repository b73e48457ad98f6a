import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../testing/mongodb/mongo-url.ts'
import { databaseName } from './database-name.ts'
import { openMongo } from './open-mongo.ts'
import { aStorage } from './testing/a-storage.ts'

function aDatabase() {
  const url = mongoUrl()
  const client = new MongoClient(url)
  onTestFinished(() => client.close())
  return { url, db: client.db(databaseName(url)) }
}

test('a database in which another program uses the same names is refused, and left as it was', async () => {
  const { db, url } = aDatabase()
  await db.collection('sessions').insertOne({ cookie: 'of a web site' })
  await db.collection('users').insertOne({ name: 'theirs' })

  await expect(openMongo({ url })).rejects.toMatchObject({
    kind: 'unusable',
    message: expect.stringContaining('(sessions, users)'),
  })
  expect((await db.listCollections().toArray()).map(({ name }) => name).sort()).toEqual(['sessions', 'users'])
})

test('what other programs left in the inbox and in collections of their own is no reason to refuse', async () => {
  const { db, url } = aDatabase()
  await db.collection('inbox').insertOne({ room: 'general', author: 'alice', text: 'early' })
  await db.collection('message').insertOne({ content: 'theirs' })

  expect(await (await aStorage({ url })).head()).toMatchObject({ position: 0 })
})

test('a database that a newer version has written is refused', async () => {
  const { db, url } = aDatabase()
  await db.collection<{ _id: string; schema: number }>('log').insertOne({ _id: 'log', schema: 99 })

  await expect(openMongo({ url })).rejects.toMatchObject({ kind: 'newer' })
})
