/** Checkpoints: the writer's alone, so that no other connection ever resets the WAL. */

import type { Statements } from './statements.ts'

/** Beyond these the WAL must be started anew, waiting for a reader if need be. */
const MOST_FRAMES = 3_000
/** How long the writer waits for a lock of somebody else; only a program that should not be in the file has one. */
export const WRITER_WAIT_MS = 2_000

interface Checkpoint {
  busy: number
  /** Frames in the WAL. */
  log: number
}

/** Copies the WAL into the database once it has some length; from there on it is written from its beginning. */
export function copyWal(sql: Statements, fromFrames: number): void {
  const { log } = checkpoint(sql, 'NOOP')
  if (log >= MOST_FRAMES) waiting(sql, 500, () => checkpoint(sql, 'RESTART'))
  else if (log >= fromFrames) checkpoint(sql, 'PASSIVE')
}

/** Nothing of what was ever in the WAL is left in its file. @returns false if a reader was in the way: try again */
export function emptyWal(sql: Statements, waitMs: number): boolean {
  return waiting(sql, waitMs, () => checkpoint(sql, 'TRUNCATE').busy === 0)
}

// Commits wait as long as a checkpoint does.
function waiting<T>(sql: Statements, waitMs: number, work: () => T): T {
  sql.run(`PRAGMA busy_timeout = ${waitMs}`)
  try {
    return work()
  } finally {
    sql.run(`PRAGMA busy_timeout = ${WRITER_WAIT_MS}`)
  }
}

function checkpoint(sql: Statements, mode: 'NOOP' | 'PASSIVE' | 'RESTART' | 'TRUNCATE'): Checkpoint {
  return sql.one<Checkpoint>(`PRAGMA wal_checkpoint(${mode})`) ?? { busy: 1, log: 0 }
}
