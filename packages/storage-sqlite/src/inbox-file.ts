/**
 * The file `inbox.db`, which any program may write to while we are at work. Nothing in it is trusted, and no lock in it
 * is waited for longer than a moment.
 */

import { createHmac, randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { makePrivate } from './make-private.ts'
import type { InboxOutcome, InboxRow } from './inbox-messages.ts'

/** Longer than any other program needs to finish its commit, ms. */
const MOMENT_MS = 50

// Sizes are asked before values are read: a row of a gigabyte must not come into memory. An id beyond 2^53 is no number
// of JavaScript, so ids travel as text; the order is that of the column, not of this text, which has 10 before 2.
const PENDING = `
  SELECT CAST(id AS TEXT) AS id,
    CASE WHEN octet_length(room) <= 1024 THEN room END AS room,
    CASE WHEN octet_length(author) <= 1024 THEN author END AS author,
    CASE WHEN octet_length(text) <= 65536 THEN text END AS text,
    CASE WHEN octet_length(at) <= 64 THEN at END AS at,
    coalesce(octet_length(room) > 1024 OR octet_length(author) > 1024 OR octet_length(text) > 65536, 0) AS oversized
  FROM messages WHERE error IS NULL AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY messages.id LIMIT ?`

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY AUTOINCREMENT, room, author, text, at, error);
  CREATE INDEX IF NOT EXISTS pending ON messages (id) WHERE error IS NULL;
  CREATE TABLE IF NOT EXISTS meta (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL);`

export interface PendingRow extends InboxRow {
  /** What was too large of it is missing. */
  readonly isOversized: boolean
}

export class InboxFile {
  readonly #path: string
  readonly #db: DatabaseSync
  readonly #inode: number
  readonly #inboxId: string
  readonly #pending: StatementSync

  /** @throws the driver's error, a busy one included */
  constructor(path: string) {
    this.#path = path
    makePrivate(path)
    this.#db = new DatabaseSync(path, { timeout: MOMENT_MS })
    try {
      this.#db.exec('PRAGMA journal_mode = DELETE')
      this.#db.exec('PRAGMA secure_delete = ON')
      this.#inboxId = inboxIdOf(this.#db) ?? prepare(this.#db)
      this.#inode = statSync(path).ino
      this.#pending = this.#db.prepare(PENDING)
      this.#pending.setReadBigInts(true)
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /**
   * When somebody wrote to it, ms: asking takes no lock, which another program's commit would fail on.
   * @returns undefined if the name stands for this file no more: it was deleted, or another put in its place
   */
  changedAt(): number | undefined {
    const stat = statSync(this.#path, { throwIfNoEntry: false })
    return stat?.ino === this.#inode ? stat.mtimeMs : undefined
  }

  /** Those that wait, but for the given ones, oldest first. */
  pending(limit: number, but: readonly string[]): PendingRow[] {
    return this.#pending.all(`[${but.join(',')}]`, limit).map((row) => this.#rowOf(row))
  }

  /** Posted rows go, refused ones keep their error; all in one transaction. */
  settle(outcomes: readonly InboxOutcome[]): void {
    atomically(this.#db, () => {
      for (const outcome of outcomes) this.#settleOne(outcome)
    })
  }

  close(): void {
    this.#db.close()
  }

  #settleOne(outcome: InboxOutcome): void {
    if ('error' in outcome)
      this.#db.prepare('UPDATE messages SET error = ? WHERE id = ?').run(outcome.error, BigInt(outcome.id))
    else this.#db.prepare('DELETE FROM messages WHERE id = ?').run(BigInt(outcome.id))
  }

  #rowOf(row: Record<string, unknown>): PendingRow {
    const id = String(row['id'])
    const [room, author, text, at] = ['room', 'author', 'text', 'at'].map((column) => plain(row[column]))
    const sourceId = `${this.#inboxId}:${id}:${this.#digestOf([room, author, text, at])}`
    return { id, room, author, text, at, sourceId, isOversized: row['oversized'] !== 0n }
  }

  /** Another program may count its ids anew, and a row under an old id is a new one unless it says the same. */
  #digestOf(values: readonly unknown[]): string {
    return createHmac('sha256', this.#inboxId).update(JSON.stringify(values)).digest('hex').slice(0, 16)
  }
}

function prepare(db: DatabaseSync): string {
  const id = randomUUID()
  // In a table that is made anew the ids begin anew as well, so it is another inbox.
  const isKnown = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'messages'").get() !== undefined
  atomically(db, () => {
    db.exec(SCHEMA)
    db.prepare(`INSERT OR ${isKnown ? 'IGNORE' : 'REPLACE'} INTO meta (one, id) VALUES (1, ?)`).run(id)
  })
  return inboxIdOf(db) ?? id
}

/** @returns undefined in a file that is not (wholly) ours yet */
function inboxIdOf(db: DatabaseSync): string | undefined {
  const made = db
    .prepare("SELECT count(*) AS count FROM sqlite_master WHERE name IN ('messages', 'pending', 'meta')")
    .get()
  if (made?.['count'] !== 3) return undefined
  const id = db.prepare('SELECT id FROM meta').get()?.['id']
  return typeof id === 'string' ? id : undefined
}

function atomically(db: DatabaseSync, write: () => void): void {
  // Exclusive from the start: all of the locks or none, so that nobody is kept out while we wait for the last one.
  db.exec('BEGIN EXCLUSIVE')
  try {
    write()
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function plain(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
}
