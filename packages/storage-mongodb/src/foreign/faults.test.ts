/** Foreign rows when the database, the stream or the way to it fails. */

import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { ownMongo } from '../../../../testing/mongodb/own-mongo.ts'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import { aRoom, aStorage, type ARoom } from '../testing/a-storage.ts'
import { allTexts, postInto, theirCollection, theirs } from '../testing/foreign-rows.ts'

const board = { name: 'board', collection: 'message', room: 'parent', author: 'userid', text: 'content' }
const soon = { timeout: 60_000, interval: 100 }

test('what was inserted while the stream began anew is found, before what came by it later', async () => {
  const { notices, proxy, room, storage, inbox, message } = await aSite()
  await inbox.insertOne({ text: 'inbox 0' })
  await message.insertOne({ content: 'board 0' })
  await expect.poll(() => allTexts(storage, room), soon).toHaveLength(2)
  const lost = { answer: { ok: 0, code: 286, codeName: 'ChangeStreamHistoryLost', errmsg: 'the past is gone' } }

  // The next stream is not opened at once.
  for (let times = 0; times < 5; times++) proxy.meetNext('aggregate', 'cut')
  proxy.meetNext('getMore', lost)
  for (let n = 1; n <= 60; n++) {
    await inbox.insertOne({ text: `inbox ${n}` })
    await message.insertOne({ content: `board ${n}` })
    if (n === 30) await expect.poll(() => notices.some((line) => line.includes('open again')), soon).toBe(true)
  }

  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)
  await expect.poll(async () => (await allTexts(storage, room)).length, soon).toBe(122)
  for (const of of ['inbox', 'board']) expect(await textsOf(storage, room, of)).toEqual(numbered(of, 61))
}, 90_000)

test('behind what cannot be stored all others wait, and then they come in order', async () => {
  const { proxy, room, storage, inbox, message } = await aSite()
  const full = { answer: { ok: 0, code: 14_031, codeName: 'OutOfDiskSpace', errmsg: 'no space left' } }

  for (let times = 0; times < 4; times++) proxy.meetNext('findAndModify', full)
  await inbox.insertMany(numbered('inbox', 40).map((text) => ({ text })))
  await message.insertMany(numbered('board', 40).map((content) => ({ content })))

  await expect.poll(async () => (await allTexts(storage, room)).length, soon).toBe(80)
  for (const of of ['inbox', 'board']) expect(await textsOf(storage, room, of)).toEqual(numbered(of, 40))
}, 90_000)

test('answers that are lost on the way cost a repetition, and no row comes twice', async () => {
  const { proxy, room, storage, inbox, message } = await aSite()

  const troubles = ['commitTransaction', 'delete', 'bulkWrite', 'find', 'update', 'insert'] as const
  for (let n = 0; n < 60; n++) {
    await inbox.insertOne({ text: `inbox ${n}` })
    await message.insertOne({ content: `board ${n}` })
    const name = troubles[n % troubles.length]
    if (name !== undefined && n % 4 === 1) proxy.meetNext(name, n % 8 === 1 ? 'lose the answer' : 'cut')
  }

  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)
  await expect.poll(async () => (await allTexts(storage, room)).length, soon).toBe(120)
  for (const of of ['inbox', 'board']) expect(await textsOf(storage, room, of)).toEqual(numbered(of, 60))
}, 90_000)

test('a database that is killed while rows wait brings them all back, each once and in order', async (context) => {
  const server = await ownMongo(context, { isDurable: true })
  const url = server.url.replace('/?', '/site?')
  const storage = await aStorage({ url, sources: [board] })
  const room = await aRoom(storage)
  await storage.inbox.start(postInto(storage, room))
  await storage.sources.start(postInto(storage, room))
  const db = await theirs(url)
  const [inbox, message] = [theirCollection(db, 'inbox'), theirCollection(db, 'message')]

  await inbox.insertMany(numbered('inbox', 100).map((text) => ({ text })))
  await message.insertMany(numbered('board', 100).map((content) => ({ content })))
  await expect
    .poll(() => storage.head(), soon)
    .toMatchObject({ position: expect.toSatisfy((head) => Number(head) > 20) })
  await server.kill()
  await server.start()

  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)
  await expect.poll(async () => (await allTexts(storage, room)).length, soon).toBe(200)
  for (const of of ['inbox', 'board']) expect(await textsOf(storage, room, of)).toEqual(numbered(of, 100))
}, 120_000)

async function aSite() {
  const direct = mongoUrl()
  const proxy = await startMongoProxy(direct)
  onTestFinished(() => proxy.close())
  const notices: string[] = []
  const storage = await aStorage({ url: proxy.url, sources: [board], onNotice: (line) => void notices.push(line) })
  const room = await aRoom(storage)
  await storage.inbox.start(postInto(storage, room))
  await storage.sources.start(postInto(storage, room))
  const db = await theirs(direct)
  return { proxy, notices, storage, room, inbox: theirCollection(db, 'inbox'), message: theirCollection(db, 'message') }
}

function numbered(of: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${of} ${n}`)
}

async function textsOf(storage: Parameters<typeof allTexts>[0], room: ARoom, of: string): Promise<string[]> {
  return (await allTexts(storage, room)).filter((text) => text.startsWith(of))
}
