import { TrimmedError } from '@suda/core/storage'
import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { databaseName } from '../database-name.ts'
import { filterOf } from '../where.ts'
import { aRoom, aStorage, freely, posting } from '../testing/a-storage.ts'

test('a hole in the middle of what is read is never answered: it was trimmed meanwhile, or the log is broken', async () => {
  const url = mongoUrl()
  const storage = await aStorage({ url })
  const room = await aRoom(storage)
  await storage.commit([posting(room), posting(room), posting(room)], freely())
  const client = new MongoClient(url)
  onTestFinished(() => client.close())
  const db = client.db(databaseName(url))
  await db.collection('changes').deleteOne(filterOf({ _id: 3 }))

  await expect(storage.changesAfter(0, 10)).rejects.toThrow('the log has a hole behind 0')
  await db.collection('log').updateOne({}, { $set: { firstPosition: 4 } })

  await expect(storage.changesAfter(0, 10)).rejects.toBeInstanceOf(TrimmedError)
  expect((await storage.changesAfter(3, 10)).map(({ position }) => position)).toEqual([4, 5, 6])
})
