/** What a test asks for when it needs a MongoDB: a database of its own on the server of the run. */

import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { MongoClient, type Db } from 'mongodb'
import { onTestFinished } from 'vitest'
import { databaseUrl } from './database-url.ts'

/** Of an empty database that is dropped after the test. */
export function mongoUrl(): string {
  const { url, drop } = aDatabase()
  onTestFinished(drop)
  return url
}

/** As `mongoUrl`, for what outlives a test: whoever asks drops it. */
export function aDatabase(): { readonly url: string; readonly drop: () => Promise<void> } {
  // Set before each file of tests (setup.ts).
  const server = process.env.TEST_MONGODB_URL
  if (server === undefined) throw new Error('there is no MongoDB: this runs outside of the project mongodb')
  const name = `suda-test-${randomUUID()}`
  return {
    url: databaseUrl(server, name),
    drop: async () => {
      client ??= new MongoClient(server)
      const db = client.db(name)
      if (await isLeftAlone(db)) await db.dropDatabase()
    },
  }
}

let client: MongoClient | undefined

const PAUSE_MS = 250
const TRIES = 20

/**
 * Whether nobody is in the middle of a transaction there, as a process that was killed may be for a minute: SecantusDB
 * would answer nobody until that one has ended. All transactions of ours that write begin in this collection.
 */
async function isLeftAlone(db: Db): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await canWrite(db)) return true
    await wait(PAUSE_MS)
  }
  return false
}

async function canWrite(db: Db): Promise<boolean> {
  await using session = db.client.startSession()
  session.startTransaction()
  try {
    await db.collection('log').updateOne({}, { $inc: { turn: 1 } }, { session })
    return true
  } catch {
    return false
  } finally {
    await session.abortTransaction()
  }
}
