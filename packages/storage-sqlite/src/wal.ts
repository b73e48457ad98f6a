/** Checkpoints: the writer's alone, so that no other connection ever resets the WAL. */

import type { Statements } from './statements.ts'

/** Beyond these the WAL must be started anew, waiting for a reader if need be. */
const MOST_FRAMES = 3_000

interface Checkpoint {
  busy: number
  /** Frames in the WAL. */
  log: number
}

/** Copies the WAL into the database once it has some length; from there on it is written from its beginning. */
export function copyWal(sql: Statements, fromFrames: number): void {
  const { log } = checkpoint(sql, 'NOOP')
  if (log >= MOST_FRAMES) checkpoint(sql, 'RESTART')
  else if (log >= fromFrames) checkpoint(sql, 'PASSIVE')
}

/** Nothing of what was ever in the WAL is left in its file. @returns false if a reader was in the way: try again */
export function emptyWal(sql: Statements): boolean {
  return checkpoint(sql, 'TRUNCATE').busy === 0
}

function checkpoint(sql: Statements, mode: 'NOOP' | 'PASSIVE' | 'RESTART' | 'TRUNCATE'): Checkpoint {
  return sql.one<Checkpoint>(`PRAGMA wal_checkpoint(${mode})`) ?? { busy: 1, log: 0 }
}
