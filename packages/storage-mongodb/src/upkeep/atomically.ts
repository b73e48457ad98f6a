/** A transaction beside those of the commands. It does not take the turn: what it writes, no command writes at the same time, or one of both is told and tries again. */

import type { Collections } from '../collections.ts'
import { TRANSACTION } from '../commit/transaction.ts'
import type { WriterSession } from '../commit/writer-session.ts'

export interface Upkept {
  readonly db: Collections
  readonly session: WriterSession
}

export async function atomically<T>({ db, session }: Upkept, write: (within: Collections) => Promise<T>): Promise<T> {
  const own = await session.open()
  try {
    return await own.withTransaction((within) => write(db.within(within)), TRANSACTION)
  } catch (error) {
    await session.drop()
    throw error
  }
}
