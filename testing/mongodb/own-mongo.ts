/** A server of one's own for a test that breaks it; the others go on with that of the run. */

import { onTestFinished, type TestContext } from 'vitest'
import { NoMongoError } from './find-mongo.ts'
import { startMongo, type MongoOptions, type MongoServer } from './mongo-server.ts'

/** Starts one that goes with the test; skips the test where it cannot be had, as with MONGODB_URL alone. */
export async function ownMongo({ skip }: TestContext, options?: MongoOptions): Promise<MongoServer> {
  try {
    const server = await startMongo(options)
    onTestFinished(() => server.close())
    return server
  } catch (error) {
    if (error instanceof NoMongoError) skip(`missing: ${error.message}`)
    throw error
  }
}
