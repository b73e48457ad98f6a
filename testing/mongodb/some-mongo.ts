/** A MongoDB to work on: the one at MONGODB_URL, or else one of one's own, as a process. */

import { MongoClient } from 'mongodb'
import { startMongo, type MongoOptions } from './mongo-server.ts'

export interface SomeMongo {
  /** Of what kind it is, with its version. Never the address, which may hold a password. */
  readonly name: string
  readonly url: string
  /** Undefined for somebody else's. */
  readonly pid?: number
  close(): Promise<void>
}

/** @throws NoMongoError where there is none to start */
export async function someMongo(options: MongoOptions = {}): Promise<SomeMongo> {
  const url = process.env.MONGODB_URL ?? ''
  return url === '' ? startMongo(options) : theirServer(url)
}

async function theirServer(url: string): Promise<SomeMongo> {
  await using client = new MongoClient(url)
  const { version } = await client.db('admin').command({ buildInfo: 1 })
  return { name: `${version} at MONGODB_URL`, url, close: () => Promise.resolve() }
}
