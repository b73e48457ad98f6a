/** What a test asks for when it needs a MongoDB: a database of its own on the server of the run. */

import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { inject, onTestFinished } from 'vitest'
import { databaseUrl } from './database-url.ts'

/** Of an empty database that is dropped after the test. */
export function mongoUrl(): string {
  const { url, drop } = aDatabase()
  onTestFinished(drop)
  return url
}

/** As `mongoUrl`, for what outlives a test: whoever asks drops it. */
export function aDatabase(): { readonly url: string; readonly drop: () => Promise<void> } {
  const mongo = inject('mongo')
  if ('missing' in mongo) throw new Error(`there is no MongoDB: ${mongo.missing}`)
  const name = `suda-test-${randomUUID()}`
  return {
    url: databaseUrl(mongo.url, name),
    drop: async () => {
      client ??= new MongoClient(mongo.url)
      await client.db(name).dropDatabase()
    },
  }
}

let client: MongoClient | undefined
