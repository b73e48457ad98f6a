import { MongoClient, type MongoClientOptions } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../mongo-url.ts'
import { startMongoProxy } from './mongo-proxy.ts'

test('a driver that looks for the members of the set finds the proxy and nobody else', async () => {
  const { proxy, client, db } = await connected()

  await db.collection('notes').insertOne({ text: 'one' })

  expect(await db.collection('notes').findOne({}, { projection: { _id: 0 } })).toEqual({ text: 'one' })
  expect(proxy.count('insert')).toBe(1)
  expect(client.options.hosts.map(String)).toEqual([new URL(proxy.url).host])
})

test('change streams are counted while they are open at the server', async () => {
  const { proxy, client, db } = await connected()
  const [one, other] = [db.watch([], { maxAwaitTimeMS: 100 }), db.watch([{ $match: {} }], { maxAwaitTimeMS: 100 })]
  await one.tryNext()
  await other.tryNext()
  await db.collection('notes').find().toArray()
  expect(proxy.openStreams.map(({ pipeline }) => pipeline.length)).toEqual([1, 2])

  await one.close()
  expect(proxy.openStreams).toHaveLength(1)

  await client.close()
  expect(proxy.openStreams).toHaveLength(0)
})

test('monitors hear one answer after the other to a question that they ask once', async () => {
  const { client, db } = await connected({ heartbeatFrequencyMS: 100, minHeartbeatFrequencyMS: 50 })
  const heartbeats: string[] = []
  client.on('serverHeartbeatSucceeded', ({ awaited }) => heartbeats.push(awaited ? 'awaited' : 'asked'))
  client.on('serverHeartbeatFailed', () => heartbeats.push('failed'))

  await db.command({ ping: 1 })

  await expect.poll(() => heartbeats.filter((heartbeat) => heartbeat === 'awaited').length).toBeGreaterThan(3)
  expect(heartbeats).not.toContain('failed')
})

test('a stream that the driver resumes is one stream', async () => {
  const { proxy, db } = await connected()
  const stream = db.watch([], { maxAwaitTimeMS: 100 })
  await stream.tryNext()

  proxy.meetNext('getMore', 'cut')
  await stream.tryNext()

  expect(proxy.count('aggregate')).toBe(2)
  expect(proxy.openStreams).toHaveLength(1)
})

test('a command whose answer is lost has worked, one that was cut has not', async () => {
  const { proxy, db } = await connected({ retryWrites: false })
  const notes = db.collection('notes')

  proxy.meetNext('insert', 'lose the answer')
  await expect(notes.insertOne({ text: 'lost' })).rejects.toMatchObject({ name: 'MongoNetworkError' })
  proxy.meetNext('insert', 'cut')
  await expect(notes.insertOne({ text: 'cut' })).rejects.toMatchObject({ name: 'MongoNetworkError' })

  expect(await notes.distinct('text')).toEqual(['lost'])
})

test('an answer is held for ever, or replaced by another', async () => {
  const { proxy, db } = await connected({ retryWrites: false, socketTimeoutMS: 200 })
  const notes = db.collection('notes')

  proxy.meetNext('insert', 'hold the answer')
  await expect(notes.insertOne({ text: 'held' })).rejects.toThrow('timed out')
  proxy.meetNext('insert', { answer: { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'no' } })
  await expect(notes.insertOne({ text: 'replaced' })).rejects.toMatchObject({ code: 13 })

  expect(await notes.distinct('text')).toEqual(['held'])
})

test('a command that is lost on its way has not worked, and nobody is told', async () => {
  const { proxy, db } = await connected({ retryWrites: false, socketTimeoutMS: 200 })
  const notes = db.collection('notes')

  proxy.meetNext('insert', 'lose the command')
  await expect(notes.insertOne({ text: 'lost' })).rejects.toThrow('timed out')

  expect(proxy.count('insert')).toBe(1)
  expect(await notes.countDocuments()).toBe(0)
})

test('while it is frozen nothing passes; when it thaws everything does', async () => {
  const { proxy, db } = await connected()
  await db.command({ ping: 1 })
  let isAnswered = false

  proxy.freeze()
  const pinged = db.command({ ping: 1 }).finally(() => (isAnswered = true))
  await expect(fresh(proxy.url, { serverSelectionTimeoutMS: 200 }).command({ ping: 1 })).rejects.toThrow('timed out')
  expect(isAnswered).toBe(false)

  proxy.thaw()
  expect(await pinged).toMatchObject({ ok: 1 })
})

async function connected(options: MongoClientOptions = {}) {
  const proxy = await startMongoProxy(mongoUrl())
  onTestFinished(() => proxy.close())
  const client = new MongoClient(proxy.url, options)
  onTestFinished(() => client.close())
  return { proxy, client, db: client.db() }
}

function fresh(url: string, options: MongoClientOptions) {
  const client = new MongoClient(url, options)
  onTestFinished(() => client.close())
  return client.db()
}
