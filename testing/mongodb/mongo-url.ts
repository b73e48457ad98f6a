/** What a test asks for when it needs a MongoDB: a database of its own on the server of the run. */

import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'
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
      await client.db(name).dropDatabase()
    },
  }
}

let client: MongoClient | undefined
