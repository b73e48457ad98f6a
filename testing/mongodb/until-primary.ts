/** Waiting for a server that has just been started. */

import { MongoClient, MongoServerError } from 'mongodb'

const patience = { serverSelectionTimeoutMS: 15_000, minHeartbeatFrequencyMS: 20, heartbeatFrequencyMS: 20 }

/** @param isInitiatedByHand whether it must be told that it is a replica set; once is enough */
export async function untilPrimary(url: string, isInitiatedByHand: boolean): Promise<void> {
  if (isInitiatedByHand) await initiate(new URL(url))
  await using client = new MongoClient(url, patience)
  await client.db('admin').command({ ping: 1 })
}

async function initiate({ host, searchParams }: URL): Promise<void> {
  await using client = new MongoClient(`mongodb://${host}/?directConnection=true`, patience)
  const config = { _id: searchParams.get('replicaSet'), members: [{ _id: 0, host }] }
  try {
    await client.db('admin').command({ replSetInitiate: config })
  } catch (error) {
    const isAlready = error instanceof MongoServerError && error.codeName === 'AlreadyInitialized'
    if (!isAlready) throw error
  }
}
