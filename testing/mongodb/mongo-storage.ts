/** One process's view of a database that others use as well. */

import { openMongo, type MongoStorage } from '@suda/storage-mongodb'
import { onTestFinished } from 'vitest'

/** Closed after the test. */
export async function mongoStorage(url: string): Promise<MongoStorage> {
  const storage = await openMongo({ url })
  onTestFinished(() => storage.close())
  return storage
}
