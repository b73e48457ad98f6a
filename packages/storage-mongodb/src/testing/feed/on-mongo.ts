/** A feed on a real server, and somebody who writes to its log whatever happens to the server. */

import { MongoClient, MongoServerError } from 'mongodb'
import { onTestFinished } from 'vitest'
import type { ChangeDocument } from '../../documents.ts'
import { changeOf } from '../../mappers-document.ts'
import { aChange } from './fake-log.ts'
import { startReading, type Reading, type ReadingOptions } from './reading.ts'

export interface OnMongo {
  /** So many more changes, one after the other; each is tried until it is there. */
  readonly write: (count: number) => Promise<void>
  /** So many more in one insertion. */
  readonly writeAtOnce: (count: number) => Promise<void>
  /** The next so many commands of this name fail. */
  readonly failCommand: (name: string, times: number, how: object) => Promise<void>
  readonly read: (options?: Partial<ReadingOptions>) => Promise<Reading>
}

export function onMongo({ url }: { readonly url: string }): OnMongo {
  const client = new MongoClient(url, { w: 'majority', readConcernLevel: 'majority', connectTimeoutMS: 2_000 })
  onTestFinished(() => client.close())
  const changes = client.db('suda').collection<ChangeDocument>('changes')
  const changesAfter = async (position: number, limit: number) =>
    (await changes.find({ _id: { $gt: position } }, { sort: { _id: 1 }, limit }).toArray()).map(changeOf)
  const readHead = async () => {
    const [newest] = await changes.find({}, { sort: { _id: -1 }, limit: 1 }).toArray()
    return { epoch: 'e', position: newest?._id ?? 0 }
  }
  let last = 0
  return {
    async write(count) {
      for (const end = last + count; last < end; last += 1)
        await insertUntilThere(() => changes.insertOne(aChange(last + 1)))
    },
    async writeAtOnce(count) {
      await changes.insertMany(Array.from({ length: count }, (_, index) => aChange(last + 1 + index)))
      last += count
    },
    async failCommand(name, times, how) {
      const data = { failCommands: [name], ...how }
      await client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times }, data })
    },
    read: (options) => startReading({ url, changesAfter, readHead, ...options }),
  }
}

async function insertUntilThere(insert: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await insert()
      return
    } catch (error) {
      // It was written, only its answer was lost.
      if (error instanceof MongoServerError && error.code === 11000) return
    }
  }
}
