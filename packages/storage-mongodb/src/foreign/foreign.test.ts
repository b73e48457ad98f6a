import { ObjectId } from 'mongodb'
import { expect, onTestFinished, test, vi } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import { Collections } from '../collections.ts'
import { aRoom, aStorage } from '../testing/a-storage.ts'
import { allTexts, postInto, theirCollection, theirs } from '../testing/foreign-rows.ts'
import { Foreign } from './foreign.ts'

vi.setConfig({ testTimeout: 90_000 })

const board = { name: 'board', collection: 'message', room: 'parent', author: 'userid', text: 'content' }
const soon = { timeout: 60_000, interval: 50 }

test('what a new stream tells waits until what the old one did not tell was looked up', async () => {
  const { foreign, inbox, message, room, storage } = await aSite()
  await Promise.all([inbox.insertOne({ text: 'inbox 1' }), message.insertOne({ content: 'board 1' })])
  const later = { inbox: { _id: new ObjectId(), text: 'inbox 2' }, board: { _id: new ObjectId(), content: 'board 2' } }

  foreign.hold()
  await Promise.all([inbox.insertOne(later.inbox), message.insertOne(later.board)])
  foreign.inserted('inbox', [later.inbox])
  foreign.inserted('message', [later.board])
  expect(await allTexts(storage, room)).toEqual([])
  foreign.lookUp()

  await expect.poll(() => allTexts(storage, room), soon).toHaveLength(4)
  const texts = await allTexts(storage, room)
  expect(texts.filter((text) => text.startsWith('inbox'))).toEqual(['inbox 1', 'inbox 2'])
  expect(texts.filter((text) => text.startsWith('board'))).toEqual(['board 1', 'board 2'])
})

test('a stream that breaks again while it is looked up leaves everything to the next look', async () => {
  const { foreign, inbox, looks, room, storage } = await aSite()
  const later = { _id: new ObjectId(), text: 'later' }
  const before = looks()

  foreign.hold()
  foreign.lookUp()
  foreign.hold()
  await expect.poll(looks, soon).toBe(before + 1)
  await inbox.insertMany([{ text: 'missed' }, later])
  foreign.inserted('inbox', [later])
  foreign.lookUp()

  await expect.poll(() => allTexts(storage, room), soon).toEqual(['missed', 'later'])
})

test('once it is closed nothing is posted any more', async () => {
  const { foreign, inbox, room, storage } = await aSite()
  await inbox.insertOne({ text: 'one' })
  foreign.lookUp()
  await expect.poll(() => allTexts(storage, room), soon).toEqual(['one'])

  await foreign.close()
  const two = { _id: new ObjectId(), text: 'two' }
  await inbox.insertOne(two)
  foreign.inserted('inbox', [two])
  foreign.lookUp()
  await foreign.close()

  expect(await allTexts(storage, room)).toEqual(['one'])
  expect(await inbox.countDocuments()).toBe(1)
})

/** Of a process whose stream the test itself is: it tells what it likes, and of every marker. */
async function aSite() {
  const url = mongoUrl()
  const storage = await aStorage({ url })
  const room = await aRoom(storage)
  const proxy = await startMongoProxy(url)
  onTestFinished(() => proxy.close())
  const [db, own] = [await theirs(url), await theirs(proxy.url)]
  const collections = new Collections({ client: own.client, db: own, writesAcross: false })
  const foreign = new Foreign({ db: collections, sources: [board], onNotice: () => {} })
  onTestFinished(() => foreign.close())
  const markers = db.collection('markers').watch([], { fullDocument: 'whenAvailable' })
  onTestFinished(() => markers.close())
  markers.on('change', (change) => 'fullDocument' in change && foreign.passed([change.fullDocument ?? {}]))
  await foreign.inbox.start(postInto(storage, room))
  await foreign.sources.start(postInto(storage, room))
  return {
    foreign,
    storage,
    room,
    inbox: theirCollection(db, 'inbox'),
    message: theirCollection(db, 'message'),
    /** How often the inbox was looked through. */
    looks: () => proxy.count('commitTransaction'),
  }
}
