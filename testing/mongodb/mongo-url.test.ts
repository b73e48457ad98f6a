import { MongoClient } from 'mongodb'
import { expect, inject, onTestFinished, test } from 'vitest'
import { aDatabase, mongoUrl } from './mongo-url.ts'

test('each has a database of its own', async () => {
  const [one, other] = [mongoUrl(), mongoUrl()]
  await notes(one).insertOne({ text: 'one' })

  expect(await notes(one).countDocuments()).toBe(1)
  expect(await notes(other).countDocuments()).toBe(0)
})

test('a dropped database is gone from the server', async () => {
  const { url, drop } = aDatabase()
  const { databaseName } = aClient(url).db()
  await notes(url).insertOne({ text: 'one' })
  expect(await databases()).toContain(databaseName)

  await drop()

  expect(await databases()).not.toContain(databaseName)
})

test('a database is not dropped while somebody is in the middle of a transaction there', async () => {
  const { url, drop } = aDatabase()
  const [client, other] = [aClient(url), mongoUrl()]
  const log = client.db().collection('log')
  await log.insertOne({ turn: 0 })
  const session = client.startSession()
  session.startTransaction()
  await log.updateOne({}, { $inc: { turn: 1 } }, { session })

  const dropped = drop()
  await notes(other).insertOne({ text: 'one' })
  expect(await databases()).toContain(client.db().databaseName)
  await session.abortTransaction()
  await dropped

  expect(await databases()).not.toContain(client.db().databaseName)
  await session.endSession()
})

const notes = (url: string) => aClient(url).db().collection('notes')

async function databases(): Promise<string[]> {
  const mongo = inject('mongo')
  if ('missing' in mongo) return []
  const { databases: found } = await aClient(mongo.url).db().admin().listDatabases()
  return found.map(({ name }) => name)
}

/** Gone with the test. */
function aClient(url: string): MongoClient {
  const client = new MongoClient(url)
  onTestFinished(() => client.close())
  return client
}
