import { expect, test, vi } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { Collections } from '../collections.ts'
import { aRoom, aStorage } from '../testing/a-storage.ts'
import { allTexts, postInto, theirCollection, theirs } from '../testing/foreign-rows.ts'
import { idText } from '../foreign/id-text.ts'
import { lookThrough } from './look-through.ts'

vi.setConfig({ testTimeout: 90_000 })

const board = { name: 'board', collection: 'message', room: 'parent', author: 'userid', text: 'content' }

test('what the stream tells of while it is found is left to those who post it in its place', async () => {
  const { db, message, options, room, storage } = await aBoard()
  await message.insertMany([1, 2, 3, 4].map((n) => ({ _id: n, content: `text ${n}` })))
  const told = new Set<string>()

  await lookThrough({
    ...options,
    untilTold: async () => {
      for (const id of [2, 4]) told.add(idText(id))
    },
    isUnderWay: (sourceId) => told.has(sourceId),
  })

  expect(await allTexts(storage, room)).toEqual(['text 1', 'text 3'])
  expect(await db.collection('taken').countDocuments()).toBe(2)
  expect(options.progress).toEqual({ looked: 4, posted: 2, refused: 0 })
})

test('what others are done with meanwhile is not posted again', async () => {
  const { message, options, post, room, storage } = await aBoard()
  await message.insertMany([1, 2].map((n) => ({ _id: n, content: `text ${n}` })))

  await lookThrough({
    ...options,
    untilTold: async () => void (await post([{ source: 'board', sourceId: '1', text: 'by others' }])),
  })

  expect(await allTexts(storage, room)).toEqual(['by others', 'text 2'])
  expect(options.progress.posted).toBe(1)
})

test('where everything is done with nobody is asked for anything else', async () => {
  const { message, options, post } = await aBoard()
  await message.insertOne({ _id: 1, content: 'text' })
  await post([{ source: 'board', sourceId: '1', text: 'text' }])
  let asked = 0

  await lookThrough({ ...options, untilTold: async () => void asked++ })

  expect([asked, options.progress]).toEqual([0, { looked: 1, posted: 0, refused: 0 }])
})

test('given up in the middle it stops behind the rows that it is at', async () => {
  const { message, options, post, room, storage } = await aBoard()
  await message.insertMany(Array.from({ length: 100 }, (_, n) => ({ _id: n, content: `text ${n}` })))
  const stopping = new AbortController()

  await lookThrough({
    ...options,
    signal: stopping.signal,
    post: (rows) => {
      stopping.abort()
      return post(rows)
    },
  })

  expect((await allTexts(storage, room)).length).toBeLessThan(50)
})

async function aBoard() {
  const url = mongoUrl()
  const storage = await aStorage({ url })
  const room = await aRoom(storage)
  const db = await theirs(url)
  const post = postInto(storage, room)
  const options = {
    db: new Collections({ client: db.client, db, writesAcross: false }),
    source: board,
    walk: { by: 'oldest first' },
    post,
    isSilent: false,
    isRetry: false,
    untilTold: async () => {},
    isUnderWay: () => false,
    progress: { looked: 0, posted: 0, refused: 0 },
    onProgress: () => {},
    onTrouble: () => {},
    signal: new AbortController().signal,
  } as const
  return { storage, room, db, post, options, message: theirCollection(db, 'message') }
}
