/**
 * One server a data folder. The lock is SQLite's own on a file of its own, so it works across processes and inside one,
 * and the kernel frees it when the owner is killed. Nothing else may open this file: closing it anywhere in the process
 * would free the lock.
 */

import { DatabaseSync } from 'node:sqlite'
import { messageOfError, sqliteCode } from './driver-error.ts'
import { makePrivate } from './make-private.ts'
import { SqliteOpenError } from './open-error.ts'

const SQLITE_BUSY = 5

export interface OwnerLock {
  release(): void
}

/** @throws SqliteOpenError `locked` if another server holds it, `unusable` if the file cannot be used */
export function takeOwnerLock(path: string): OwnerLock {
  let db: DatabaseSync | undefined
  try {
    makePrivate(path)
    db = new DatabaseSync(path, { timeout: 0 })
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db?.close()
    throw refusal(path, error)
  }
  const held = db
  return { release: () => held.isOpen && held.close() }
}

function refusal(path: string, error: unknown): SqliteOpenError {
  const isHeld = ((sqliteCode(error) ?? 0) & 0xff) === SQLITE_BUSY
  if (isHeld)
    return new SqliteOpenError('locked', `another server uses this data folder (${path} is locked)`, { cause: error })
  return new SqliteOpenError('unusable', `${path} cannot be used: ${messageOfError(error)}`, { cause: error })
}
