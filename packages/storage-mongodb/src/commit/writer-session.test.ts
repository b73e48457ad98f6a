import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test, vi } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import { Collections } from '../collections.ts'
import { databaseName } from '../database-name.ts'
import { aRoom, aStorage, codeOfRefusal, freely, posting, textsOf } from '../testing/a-storage.ts'
import { takeTurn, TRANSACTION } from './transaction.ts'
import { WriterSession } from './writer-session.ts'

async function aWriter(url: string) {
  const client = new MongoClient(url)
  onTestFinished(() => client.close())
  const db = new Collections({ client, db: client.db(databaseName(url)), writesAcross: false })
  const writer = new WriterSession(db)
  return { client, writer, takeItsTurn: async () => takeTurn(db.within(await begun(writer))) }
}

async function begun(writer: WriterSession) {
  const session = await writer.open()
  session.startTransaction(TRANSACTION)
  return session
}

test('a transaction whose process stands still is ended by whoever waits for the turn', async () => {
  const url = mongoUrl()
  const storage = await aStorage({ url })
  const room = await aRoom(storage)
  const { takeItsTurn } = await aWriter(url)
  await takeItsTurn()

  await storage.commit([posting(room, 'after')], freely())

  expect(await textsOf(storage, room)).toEqual(['after'])
})

test('whether turns are had is asked when one waits for long, of the primary alone, which may be ahead of a slow majority', async () => {
  const proxy = await startMongoProxy(mongoUrl())
  onTestFinished(() => proxy.close())
  const { writer } = await aWriter(proxy.url)

  const looks = () => proxy.commands.filter(({ body }) => body['find'] === 'log')
  await writer.conflicted()
  expect(looks()).toEqual([])

  await vi.waitUntil(() => writer.conflicted().then(() => looks().length > 0), { timeout: 5_000 })

  expect(looks()).toMatchObject([{ body: { readConcern: { level: 'local' } } }])
})

test('a transaction that nobody can name is waited for, and told as unavailable', async () => {
  const url = mongoUrl()
  const storage = await aStorage({ url, limits: { patienceMs: 500 } })
  const room = await aRoom(storage)
  const client = new MongoClient(url)
  onTestFinished(() => client.close())
  const session = client.startSession()
  session.startTransaction()
  await client
    .db(databaseName(url))
    .collection('log')
    .updateOne({}, { $inc: { turn: 1 } }, { session })

  expect(await codeOfRefusal(storage.commit([posting(room)], freely()))).toBe('unavailable')
  await session.abortTransaction()
  await storage.commit([posting(room, 'after')], freely())

  expect(await textsOf(storage, room)).toEqual(['after'])
})

test('a transaction that lost its connection in the middle does not stand in its own way', async () => {
  const proxy = await startMongoProxy(mongoUrl())
  onTestFinished(() => proxy.close())
  const storage = await aStorage({ url: proxy.url, limits: { silenceMs: 500 } })
  const room = await aRoom(storage)
  proxy.meetNext('bulkWrite', 'hold the answer')
  proxy.meetNext('insert', 'hold the answer')

  await storage.commit([posting(room, 'once')], freely())

  expect(await textsOf(storage, room)).toEqual(['once'])
})

test('a process that was gone for so long that its name expired signs again', async () => {
  const url = mongoUrl()
  const { writer, client } = await aWriter(url)
  await writer.open()
  const writers = client.db(databaseName(url)).collection('writers')
  await writers.deleteMany({})

  await writer.refresh()

  expect(await writers.countDocuments()).toBe(1)
})

test('a process that stops leaves no name behind', async () => {
  const url = mongoUrl()
  const storage = await aStorage({ url })
  await aRoom(storage)
  const client = new MongoClient(url)
  onTestFinished(() => client.close())
  const writers = client.db(databaseName(url)).collection('writers')
  expect(await writers.countDocuments()).toBe(1)

  await storage.close()

  expect(await writers.countDocuments()).toBe(0)
})
