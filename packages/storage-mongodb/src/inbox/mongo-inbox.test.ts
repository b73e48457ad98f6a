import { Long, ObjectId } from 'mongodb'
import { expect, test, vi } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { aRoom, aStorage } from '../testing/a-storage.ts'
import { allTexts, postInto, theirCollection, theirs } from '../testing/foreign-rows.ts'
import { Collections } from '../collections.ts'
import { itemOf } from '../foreign/foreign-row.ts'
import { hostileIds, hostileValues } from '../testing/hostile-values.ts'
import { settle } from './inbox-collection.ts'

vi.setConfig({ testTimeout: 90_000 })

const soon = { timeout: 60_000, interval: 50 }

test('what one writer inserts beside three processes becomes messages, each once and in order', async () => {
  const url = mongoUrl()
  const storages = await Promise.all([aStorage({ url }), aStorage({ url }), aStorage({ url })])
  const room = await aRoom(storages[0])
  for (const storage of storages) await storage.inbox.start(postInto(storage, room))
  const inbox = theirCollection(await theirs(url), 'inbox')
  const texts = Array.from({ length: 300 }, (_, n) => `text ${n}`)

  for (let from = 0; from < texts.length; from += 20)
    await inbox.insertMany(texts.slice(from, from + 20).map((text) => ({ room: 'general', author: 'alice', text })))

  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)
  expect(await allTexts(storages[0], room)).toEqual(texts)
})

test('what waits at the start comes first, in the order of its insertion whatever its ids', async () => {
  const { inbox, post, room, storage } = await aSite()
  const ids = [
    'z',
    3,
    new ObjectId('ffffffffffffffffffffffff'),
    new ObjectId(),
    new Date(0),
    { a: 1 },
    'a',
    Long.MAX_VALUE,
  ]
  for (const [n, _id] of ids.entries()) await inbox.insertOne({ _id, text: `text ${n}` })

  await storage.inbox.start(post)
  await inbox.insertOne({ text: 'later' })

  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)
  expect(await allTexts(storage, room)).toEqual([...ids.map((_, n) => `text ${n}`), 'later'])
})

test('a refused document says why and is not tried again; without its error it is', async () => {
  const { inbox, room, storage } = await aSite()
  const tried: (string | undefined)[] = []
  const post = postInto(storage, room, ({ text }) => {
    tried.push(text)
    return undefined
  })
  await storage.inbox.start(post)

  await inbox.insertMany([{ text: 7 }, { text: 'good' }, { text: 'x', error: 'theirs' }])
  await expect.poll(() => inbox.countDocuments({ error: 'validation_failed' }), soon).toBe(1)
  await expect.poll(() => inbox.countDocuments(), soon).toBe(2)
  storage.inbox.lookUp()
  await inbox.insertOne({ text: 'next' })
  await expect.poll(() => tried, soon).toEqual([undefined, 'good', 'next'])

  await inbox.updateOne({ error: 'theirs' }, { $unset: { error: '' } })
  storage.inbox.lookUp()
  await expect.poll(() => allTexts(storage, room), soon).toEqual(['good', 'next', 'x'])
})

test('of documents in which anything stands each is refused or posted, and the others pass', async () => {
  const { inbox, post, room, storage } = await aSite()
  await storage.inbox.start(post)
  const refused = [...hostileValues(), 'x'.repeat(1_000_000), undefined].map((text) => ({ text }))
  const names = hostileValues().map((value) => ({ room: value, author: value, at: value, more: value, text: 'good' }))

  await inbox.insertMany([
    ...refused,
    {},
    ...names,
    ...hostileIds().map((_id) => ({ _id, text: 'good' })),
    { text: 'last' },
  ])

  await expect.poll(async () => (await allTexts(storage, room)).at(-1), soon).toBe('last')
  await expect.poll(() => inbox.countDocuments({ error: null }), soon).toBe(0)
  expect(await allTexts(storage, room)).toEqual([...[...names, ...hostileIds()].map(() => 'good'), 'last'])
  expect(await inbox.countDocuments({ error: 'validation_failed' })).toBe(refused.length)
  expect(await inbox.countDocuments({ error: 'payload_too_large' })).toBe(1)
})

test('an id that is used again is another message, unless it says the same', async () => {
  const { inbox, post, room, storage } = await aSite()
  await storage.inbox.start(post)

  for (const text of ['monday', 'tuesday', 'tuesday', 'wednesday']) {
    await inbox.insertOne({ _id: 'daily', text })
    await expect.poll(() => inbox.countDocuments(), soon).toBe(0)
  }

  expect(await allTexts(storage, room)).toEqual(['monday', 'tuesday', 'wednesday'])
})

test('what another document said under the same id is not taken for this one', async () => {
  const { db, inbox } = await aSite()
  const item = (text: string) => itemOf('daily', { source: 'inbox', sourceId: text, text })
  const own = new Collections({ client: db.client, db, writesAcross: false })
  await inbox.insertOne({ _id: 'daily', text: 'tuesday' })

  await settle(own, [{ item: item('monday'), outcome: { posted: true } }])
  await settle(own, [{ item: item('monday'), outcome: { error: 'not_found' } }])
  expect(await inbox.find().toArray()).toEqual([{ _id: 'daily', text: 'tuesday' }])

  await settle(own, [{ item: item('tuesday'), outcome: { posted: true } }])
  expect(await inbox.countDocuments()).toBe(0)
})

test('a document that was posted and not taken out, as by a process that was killed, is not posted twice', async () => {
  const { inbox, post, room, storage } = await aSite()
  await storage.inbox.start(post)
  const document = { _id: new ObjectId(), text: 'once' }
  await inbox.insertOne(document)
  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)

  await inbox.insertMany([document, { text: 'last' }])

  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)
  expect(await allTexts(storage, room)).toEqual(['once', 'last'])
})

test('a document that was posted is not called refused by a process that finds its room closed since', async () => {
  const { inbox, post, room, storage } = await aSite()
  const document = { _id: new ObjectId(), text: 'once' }
  await post([{ source: 'inbox', sourceId: document._id.toHexString(), text: 'once' }])

  await storage.inbox.start({ inOrder: async (rows) => rows.map(() => ({ error: 'room_archived' })) })
  await inbox.insertMany([document, { text: 'other' }])

  await expect.poll(() => inbox.distinct('error'), soon).toEqual(['room_archived'])
  expect(await inbox.countDocuments()).toBe(1)
  expect(await allTexts(storage, room)).toEqual(['once'])
})

test('where the documents cannot be changed each is posted once, and it is said', async () => {
  const notices: string[] = []
  const { db, inbox, post, room, storage } = await aSite((line) => void notices.push(line))
  await db.command({ collMod: 'inbox', validator: { error: { $exists: false } }, validationLevel: 'strict' })
  await storage.inbox.start(post)

  await inbox.insertMany([{ text: 7 }, { text: 'good' }])
  await expect.poll(() => notices, soon).toEqual(['1 documents of the inbox are done with and cannot be changed'])
  storage.inbox.lookUp()
  await inbox.insertOne({ text: 'last' })

  await expect.poll(() => allTexts(storage, room), soon).toEqual(['good', 'last'])
  expect(notices).toHaveLength(1)
})

test('more than is looked up at once comes in order, and what is inserted meanwhile behind it', async () => {
  const { inbox, post, room, storage } = await aSite()
  const texts = Array.from({ length: 1_100 }, (_, n) => `text ${n}`)
  await inbox.insertMany(texts.map((text) => ({ text })))

  await storage.inbox.start(post)
  await inbox.insertOne({ text: 'later' })

  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)
  expect(await allTexts(storage, room)).toEqual([...texts, 'later'])
})

test('the collection may be dropped and made again', async () => {
  const { inbox, post, room, storage } = await aSite()
  await storage.inbox.start(post)
  await inbox.insertOne({ text: 'before' })
  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)

  await inbox.drop()
  await inbox.insertOne({ text: 'after' })

  await expect.poll(() => allTexts(storage, room), soon).toEqual(['before', 'after'])
})

async function aSite(onNotice: (line: string) => void = () => {}) {
  const url = mongoUrl()
  const storage = await aStorage({ url, onNotice })
  const room = await aRoom(storage)
  const db = await theirs(url)
  const inbox = theirCollection(db, 'inbox')
  return { db, inbox, room, storage, post: postInto(storage, room) }
}
