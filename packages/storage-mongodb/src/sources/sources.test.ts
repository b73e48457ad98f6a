import { ObjectId } from 'mongodb'
import { expect, test, vi } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import type { ForeignRow } from '../foreign/foreign-row.ts'
import { aRoom, aStorage, type ARoom } from '../testing/a-storage.ts'
import { allTexts, postInto, theirCollection, theirs } from '../testing/foreign-rows.ts'
import type { SourceOptions } from './source-options.ts'

vi.setConfig({ testTimeout: 90_000 })

const board = { name: 'board', collection: 'message', room: 'parent', author: 'userid', text: 'content', at: 'date' }
const soon = { timeout: 60_000, interval: 50 }

test('what stood in a collection before is silent and in the order of its dates, what comes later is loud', async () => {
  const { message, open } = await aBoard()
  await message.insertMany([3, 1, 2].map((day) => ({ content: `day ${day}`, date: new Date(Date.UTC(2016, 2, day)) })))
  const { room, storage } = await open()
  await expect.poll(() => allTexts(storage, room), soon).toHaveLength(3)

  await message.insertOne({ content: 'today', date: new Date(0) })
  await expect.poll(() => allTexts(storage, room), soon).toHaveLength(4)

  const { messages } = await storage.messages(room.roomId, { limit: 10 })
  expect(messages).toMatchObject([
    { text: 'day 1', ordinal: 0, createdAt: '2016-03-01T00:00:00.000Z', via: { kind: 'source', name: 'board' } },
    { text: 'day 2', ordinal: 0, createdAt: '2016-03-02T00:00:00.000Z' },
    { text: 'day 3', ordinal: 0, createdAt: '2016-03-03T00:00:00.000Z' },
    { text: 'today', ordinal: 1 },
  ])
  // What is live was written now, whatever it says.
  expect(messages.at(-1)?.createdAt).not.toMatch(/^19/)
  expect(await message.countDocuments()).toBe(4)
})

test('without a field for the date they come in the order of their ids, and an ObjectId tells when', async () => {
  const { at: _, ...undated } = board
  const { message, open } = await aBoard([undated])
  const id = ObjectId.createFromTime(1_400_000_000)
  await message.insertMany([
    { _id: id, content: 'second' },
    { _id: 7, content: 'first' },
  ])

  const { room, storage } = await open()
  await expect.poll(() => allTexts(storage, room), soon).toEqual(['first', 'second'])

  const { messages } = await storage.messages(room.roomId, { limit: 10 })
  expect(messages[1]?.createdAt).toBe('2014-05-13T16:53:20.000Z')
})

test('what is inserted beside three processes becomes messages, each once and in order', async () => {
  const { message, open, openMore } = await aBoard()
  const { room, storage } = await open()
  await openMore(room)
  await openMore(room)
  const texts = Array.from({ length: 300 }, (_, n) => `text ${n}`)

  for (let from = 0; from < texts.length; from += 20)
    await message.insertMany(texts.slice(from, from + 20).map((content) => ({ content })))

  await expect.poll(async () => (await allTexts(storage, room)).length, soon).toBeGreaterThanOrEqual(texts.length)
  expect(await allTexts(storage, room)).toEqual(texts)
})

test('what was inserted while nobody was there is found, in order, loud, and with its date', async () => {
  const { message, open, reopen } = await aBoard()
  const { room, storage } = await open()
  await message.insertOne({ content: 'before' })
  await expect.poll(() => allTexts(storage, room), soon).toEqual(['before'])
  await storage.close()
  const texts = Array.from({ length: 30 }, (_, n) => `missed ${n}`)
  // As by a machine whose clock is a year behind.
  const late = { _id: ObjectId.createFromTime(1_600_000_000), content: 'late', date: '2016-03-01T12:00:00Z' }
  await message.insertMany([...texts.map((content) => ({ content, date: new Date(0) })), late])

  const again = await reopen(room)
  await message.insertOne({ content: 'live' })

  await expect.poll(async () => (await allTexts(again, room)).length, soon).toBe(33)
  const found = await allTexts(again, room)
  expect(found.filter((text) => text !== 'late')).toEqual(['before', ...texts, 'live'])
  const { messages } = await again.messages(room.roomId, { limit: 50 })
  expect(messages.find(({ text }) => text === 'missed 3')?.createdAt).toBe('1970-01-01T00:00:00.000Z')
  expect(messages.find(({ text }) => text === 'late')?.createdAt).toBe('2016-03-01T12:00:00.000Z')
  expect(messages.at(-1)?.ordinal).toBe(33)
})

test('a backfill that was cut short goes on, each document once and in order, and what came meanwhile is loud', async () => {
  const { message, open, reopen } = await aBoard()
  const texts = Array.from({ length: 120 }, (_, n) => `text ${n}`)
  await message.insertMany(texts.map((content, n) => ({ content, date: new Date(n) })))
  const { room, storage } = await open((_, posted) => (posted < 50 ? undefined : new Error('cut short')))
  await expect.poll(() => allTexts(storage, room), soon).toHaveLength(50)
  await storage.close()
  await message.insertOne({ content: 'while nobody was there' })

  const again = await reopen(room)

  await expect.poll(() => allTexts(again, room), soon).toEqual([...texts, 'while nobody was there'])
  const { messages } = await again.messages(room.roomId, { limit: 2 })
  expect(messages.map(({ ordinal }) => ordinal)).toEqual([0, 1])
})

test('of two processes one backfills, and the other takes over when it stops', async () => {
  const { message, open, openMore } = await aBoard()
  const texts = Array.from({ length: 60 }, (_, n) => `text ${n}`)
  await message.insertMany(texts.map((content, n) => ({ content, date: new Date(n) })))
  const { room, storage } = await open((_, posted) => (posted < 30 ? undefined : new Error('cut short')))
  const other = await openMore(room)
  await expect.poll(() => allTexts(other, room), soon).toHaveLength(30)

  await storage.close()

  await expect.poll(() => allTexts(other, room), soon).toEqual(texts)
})

test('what was refused is not tried again, until somebody asks for that; then it is old', async () => {
  const { message, open, reopen, taken } = await aBoard()
  await message.insertMany([{ content: 7 }, { content: 'good' }])
  const { room, storage } = await open()
  await expect.poll(() => allTexts(storage, room), soon).toEqual(['good'])
  await message.insertOne({ content: ['live'] })
  await expect.poll(() => taken.countDocuments({ error: { $exists: true } }), soon).toBe(2)
  await storage.close()

  const tried: ForeignRow[] = []
  const again = await reopen(room, (row) => {
    tried.push(row)
    return undefined
  })
  await message.insertOne({ content: 'last' })
  await expect.poll(() => allTexts(again, room), soon).toEqual(['good', 'last'])
  expect(tried.map(({ text }) => text)).toEqual(['last'])

  const asText = async (rows: readonly ForeignRow[]) =>
    postInto(again, room)(rows.map((row) => ({ ...row, text: row.text ?? 'now it is one' })))
  const { signal } = new AbortController()
  const progress = await again.sources.adopt('board', { post: asText, signal, onTrouble: () => {} })
  expect(progress).toEqual({ looked: 4, posted: 2, refused: 0 })
  expect(await allTexts(again, room)).toEqual(['good', 'last', 'now it is one', 'now it is one'])
  expect((await again.messages(room.roomId, { limit: 1 })).messages[0]?.ordinal).toBe(1)
  expect(await again.sources.adopt('board', { post: asText, signal, onTrouble: () => {} })).toMatchObject({ posted: 0 })
  expect(await again.sources.adopt('none', { post: asText, signal, onTrouble: () => {} })).toBeUndefined()
})

/** Why a row is not to be posted now; `posted`: so many were. */
type Before = (row: ForeignRow, posted: number) => Error | undefined

async function aBoard(sources: readonly SourceOptions[] = [board]) {
  const url = mongoUrl()
  const db = await theirs(url)
  const openMore = async (room: ARoom, before: Before = () => undefined) => {
    const storage = await aStorage({ url, sources })
    let posted = 0
    const counted = (row: ForeignRow) => {
      const error = before(row, posted)
      if (error === undefined) posted += 1
      return error
    }
    await storage.sources.start(postInto(storage, room, counted))
    return storage
  }
  return {
    message: theirCollection(db, 'message'),
    taken: theirCollection(db, 'taken'),
    /** Into a room that is in the same database. */
    open: async (before?: Before) => {
      const first = await aStorage({ url })
      const room = await aRoom(first)
      return { room, storage: await openMore(room, before) }
    },
    openMore,
    reopen: openMore,
  }
}
