/** A transaction beside those of the commands. It does not take the turn: what it writes, no command writes at the same time, or one of both is told and tries again. */

import type { ClientSession } from 'mongodb'
import type { Collections } from '../collections.ts'
import { TRANSACTION } from '../commit/transaction.ts'

export async function atomically<T>(
  db: Collections,
  write: (db: Collections, session: ClientSession) => Promise<T>,
): Promise<T> {
  return db.client.withSession({ causalConsistency: false }, (session) =>
    session.withTransaction((within) => write(db.within(within), within), TRANSACTION),
  )
}
