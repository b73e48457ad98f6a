/** Documents of other programs are read whatever stands in them, and never written. */

import { Code, Decimal128, Long, ObjectId, UUID } from 'mongodb'
import { expect, onTestFinished, test, vi } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import type { ForeignRow } from '../foreign/foreign-row.ts'
import { aRoom, aStorage } from '../testing/a-storage.ts'
import { allTexts, postInto, theirCollection, theirs } from '../testing/foreign-rows.ts'
import { hostileIds, hostileValues } from '../testing/hostile-values.ts'

vi.setConfig({ testTimeout: 90_000 })

const fields = { room: 'meta.parent', author: 'userid', text: 'content', at: 'date' }
const board = { name: 'board', collection: 'message', ...fields }
const soon = { timeout: 60_000, interval: 50 }

test.each(['before the first start', 'live'])(
  'of hostile documents, %s, each is refused or posted, and all stay',
  async (when) => {
    const { done, message, room, start, storage, taken } = await aBoard()
    if (when === 'live') await start()
    const refused = [...hostileValues(), 'x'.repeat(1_000_000), undefined].map((content) => ({
      content,
      date: new Date(1),
    }))
    const odd = hostileValues().map((value) => ({ userid: value, meta: value, date: value, content: 'good' }))
    const ids = hostileIds().map((_id) => ({ _id, content: 'good' }))

    await message.insertMany([...refused, {}, ...odd, ...ids])
    const before = await message.find().toArray()
    if (when !== 'live') await start()

    await expect.poll(() => taken.countDocuments(), soon).toBe(before.length)
    expect(await allTexts(storage, room)).toEqual([...odd, ...ids].map(() => 'good'))
    expect(await taken.countDocuments({ error: 'payload_too_large' })).toBe(1)
    expect(await taken.countDocuments({ error: 'validation_failed' })).toBe(refused.length)
    expect(await message.find().toArray()).toEqual(before)
    expect(done()).toEqual(new Set(['find']))
  },
)

test('names of rooms and people are texts, whole numbers or ids; nothing else is taken for one', async () => {
  const { message, rows, start } = await aBoard()
  await start()
  const id = new ObjectId()
  const uuid = new UUID()
  const values = [7, Long.MAX_VALUE, id, uuid, 'name', 1.5, true, Decimal128.fromString('7'), null, [7], new Code('x')]

  await message.insertMany(values.map((value) => ({ userid: value, meta: { parent: value }, content: 'x' })))

  await expect.poll(() => rows.length, soon).toBe(values.length)
  const names = ['7', '9223372036854775807', id.toHexString(), uuid.toHexString(), 'name']
  expect(rows.map(({ author }) => author)).toEqual([...names, ...Array.from({ length: 6 }, () => undefined)])
  expect(rows.map(({ room }) => room)).toEqual(rows.map(({ author }) => author))
})

test('a collection that is dropped and made again goes on being a source', async () => {
  const { message, room, start, storage } = await aBoard()
  await message.insertOne({ content: 'old' })
  await start()
  await expect.poll(() => allTexts(storage, room), soon).toEqual(['old'])

  await message.drop()
  await message.insertOne({ content: 'new' })
  await expect.poll(() => allTexts(storage, room), soon).toEqual(['old', 'new'])
  await message.drop()
  storage.sources.lookUp()
  await message.insertOne({ content: 'newer' })

  await expect.poll(() => allTexts(storage, room), soon).toEqual(['old', 'new', 'newer'])
})

async function aBoard() {
  const url = mongoUrl()
  const proxy = await startMongoProxy(url)
  onTestFinished(() => proxy.close())
  const storage = await aStorage({ url: proxy.url, sources: [board] })
  const room = await aRoom(storage)
  const db = await theirs(url)
  const rows: ForeignRow[] = []
  const before = (row: ForeignRow) => {
    rows.push(row)
    return undefined
  }
  return {
    storage,
    room,
    rows,
    message: theirCollection(db, 'message'),
    taken: theirCollection(db, 'taken'),
    start: () => storage.sources.start(postInto(storage, room, before)),
    /** What was done with their collection. */
    done: () => new Set(proxy.commands.filter(({ body, name }) => body[name] === 'message').map(({ name }) => name)),
  }
}
