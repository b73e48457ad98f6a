/** Several reads of one moment (DL7). */

import { setTimeout as pause } from 'node:timers/promises'
import { MongoError, type ClientSession, type TransactionOptions } from 'mongodb'
import type { Collections } from '../collections.ts'

const MOST_TRIES = 5
const PAUSE_MS = 20

// Only by the commit with `majority` is what was read known to be durable.
const ONE_MOMENT: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority' },
  readPreference: 'primary',
}

/** All that `read` reads is as it was when it read first. It may be called again, when the moment is lost. */
export async function inOneMoment<T>(db: Collections, read: (moment: Collections) => Promise<T>): Promise<T> {
  const session = db.client.startSession()
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await readOnce(session, db, read)
      } catch (error) {
        if (tries === MOST_TRIES || !mayComeToPass(error)) throw error
      }
      await pause(tries * PAUSE_MS)
    }
  } finally {
    await session.endSession()
  }
}

async function readOnce<T>(
  session: ClientSession,
  db: Collections,
  read: (moment: Collections) => Promise<T>,
): Promise<T> {
  session.startTransaction(ONE_MOMENT)
  try {
    const answer = await read(db.within(session))
    await session.commitTransaction()
    return answer
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction()
    throw error
  }
}

// Nothing was written, so also a commit of which nobody knows can be done again.
function mayComeToPass(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false
  return error.hasErrorLabel('TransientTransactionError') || error.hasErrorLabel('UnknownTransactionCommitResult')
}
