/**
 * What a MongoDB and its driver alone give: the same two documents a message, in groups of a fixed size, one transaction
 * a group, with the durability of the server (majority, journal). No HTTP, no turn, no counters, no checks.
 */

import { MongoClient } from 'mongodb'
import { idOf } from '../kit/lean-connection.ts'
import { answerParent } from '../kit/own-process.ts'
import type { BareOptions } from './bare-sqlite.ts'

const durable = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } } as const
const json = JSON.stringify({ payload: 'x'.repeat(900) })

answerParent(async ({ url = '', groupSize, measureMs }: BareOptions): Promise<{ perSecond: number }> => {
  const client = new MongoClient(url)
  const [messages, changes] = await collections(client)
  const session = client.startSession()
  const startedAt = performance.now()
  let n = 0
  while (performance.now() < startedAt + measureMs) {
    const group = Array.from({ length: groupSize }, () => ++n)
    session.startTransaction(durable)
    await messages.insertMany(group.map(messageOf), { session })
    await changes.insertMany(group.map(changeOf), { session })
    await session.commitTransaction()
  }
  const perSecond = (n * 1000) / (performance.now() - startedAt)
  await session.endSession()
  await client.close()
  return { perSecond }
})

type Message = ReturnType<typeof messageOf>
type Change = ReturnType<typeof changeOf>

async function collections(client: MongoClient) {
  const messages = await client.db().createCollection<Message>('messages')
  await messages.createIndex({ room: 1, seq: 1 }, { unique: true })
  return [messages, await client.db().createCollection<Change>('changes')] as const
}

const messageOf = (n: number) => ({
  _id: idOf('bbbbbbbb', n),
  room: 'room',
  seq: n,
  author: 'author',
  text: 'hello '.repeat(16),
})

const changeOf = (n: number) => ({ _id: n, at: new Date(), room: 'room', message: idOf('bbbbbbbb', n), json })
