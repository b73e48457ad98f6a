import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../testing/mongodb/mongo-url.ts'
import type { NodeDocument } from './documents.ts'
import { Nodes } from './nodes.ts'

test('a process knows whether others serve, from their first beat until they leave', async () => {
  const { node } = aDatabase()
  const [here, there] = [node('here'), node('there')]
  await here.join()
  expect(await here.hasOthers()).toBe(false)

  await there.join()
  expect(await here.hasOthers()).toBe(true)
  expect(await there.hasOthers()).toBe(true)
  await there.leave()

  expect(await here.hasOthers()).toBe(false)
  expect(await there.hasOthers()).toBe(true)
})

test('of two that stop at once each knows that the other one takes nobody', async () => {
  const { node } = aDatabase()
  const both = [node('here'), node('there')]
  await Promise.all(both.map((one) => one.join()))

  await Promise.all(both.map((one) => one.leave()))

  expect(await Promise.all(both.map((one) => one.hasOthers()))).toEqual([false, false])
})

test('who is gone, or fell silent, counts no more; who beats does', async () => {
  const { db, node } = aDatabase()
  const [here, there] = [node('here'), node('there')]
  await here.join()
  await there.join()
  await db
    .collection<NodeDocument>('nodes')
    .insertOne({ _id: 'killed', at: new Date(Date.now() - 11_000), isLeaving: false })
  expect(await here.hasOthers()).toBe(true)

  await there.close()

  expect(await here.hasOthers()).toBe(false)
  const beating = node('beating', 5)
  await beating.join()
  await db.collection('nodes').updateMany({}, { $set: { at: new Date(0) } })
  await expect.poll(() => here.hasOthers()).toBe(true)
})

test('who stops in the middle of a beat is gone all the same', async () => {
  const { db, node } = aDatabase()
  for (let n = 0; n < 20; n++) {
    const one = node(`node ${n}`, 1)
    await one.join()
    await one.close()
  }

  expect(await db.collection('nodes').countDocuments()).toBe(0)
})

test('who never joined leaves nothing behind', async () => {
  const { db, node } = aDatabase()

  await node('a command').close()

  expect(await db.collection('nodes').countDocuments()).toBe(0)
})

function aDatabase() {
  const client = new MongoClient(mongoUrl())
  onTestFinished(() => client.close())
  const db = client.db()
  const node = (id: string, beatMs?: number): Nodes => {
    const one = new Nodes({ db, id, ...(beatMs !== undefined && { beatMs }) })
    onTestFinished(() => one.close())
    return one
  }
  return { db, node }
}
