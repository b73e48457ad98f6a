/** Opens the writing connection and brings the database up: settings, schema, the site's own row, the epoch. */

import { randomBytes, randomUUID } from 'node:crypto'
import { epochOf } from '@suda/core/storage/adapting'
import { DatabaseSync } from 'node:sqlite'
import { sqliteCode, messageOfError } from './driver-error.ts'
import { migrate } from './migrate.ts'
import { makePrivate } from './make-private.ts'
import { SqliteOpenError } from './open-error.ts'
import { WRITER_WAIT_MS } from './wal.ts'

/** Older libraries can lose committed data when the WAL is reset. */
const OLDEST_LIBRARY = '3.51.3'

/** @throws SqliteOpenError */
export function prepareDatabase(path: string, synchronous: 'FULL' | 'OFF'): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    makePrivate(path)
    db = new DatabaseSync(path, { timeout: WRITER_WAIT_MS })
    assertLibrary(db)
    configure(db, synchronous)
    migrate(db)
    createSite(db)
    return db
  } catch (error) {
    if (db?.isOpen === true) db.close()
    throw error instanceof SqliteOpenError ? error : unusable(path, error)
  }
}

export function newEpoch(): string {
  return epochOf(randomBytes(64))
}

function assertLibrary(db: DatabaseSync): void {
  const version = String(db.prepare('SELECT sqlite_version() AS version').get()?.['version'])
  if (version.localeCompare(OLDEST_LIBRARY, 'en', { numeric: true }) >= 0) return
  throw new SqliteOpenError('unreachable', `SQLite ${version} is too old, ${OLDEST_LIBRARY} or newer is needed`)
}

function configure(db: DatabaseSync, synchronous: 'FULL' | 'OFF'): void {
  db.exec('PRAGMA journal_mode = WAL')
  db.exec(`PRAGMA synchronous = ${synchronous}`)
  db.exec('PRAGMA secure_delete = ON')
  db.exec('PRAGMA foreign_keys = ON')
  db.exec('PRAGMA cache_size = -16000')
  // The writer copies the WAL itself, after it has answered a group, never before.
  db.exec('PRAGMA wal_autocheckpoint = 0')
}

function createSite(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE')
  db.prepare(`INSERT OR IGNORE INTO site VALUES (1, ?, 'Suda', 'invite', '[]', 0, 1, ?)`).run(
    randomUUID(),
    randomBytes(32).toString('hex'),
  )
  db.prepare('INSERT OR IGNORE INTO log VALUES (1, ?, 1)').run(newEpoch())
  db.exec('COMMIT')
}

function unusable(path: string, error: unknown): SqliteOpenError {
  const number = (sqliteCode(error) ?? 0) & 0xff
  const reason = number === 11 || number === 26 ? 'it is damaged or not a database' : messageOfError(error)
  return new SqliteOpenError('unusable', `the database ${path} cannot be used: ${reason}`, { cause: error })
}
