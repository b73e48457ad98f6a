/** DL3: the file `position` remembers how far the log went, so that an older copy of the database is noticed. */

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { formatCursor, parseCursor, type Cursor } from '@suda/protocol'
import type { DatabaseSync } from 'node:sqlite'
import { newEpoch } from './prepare-database.ts'

/** @returns undefined if there is none, or nothing that can be read: no reason to distrust the database */
export function readPositionFile(path: string): Cursor | undefined {
  try {
    return parseCursor(readFileSync(path, 'utf8').trim())
  } catch {
    return undefined
  }
}

/** Replaces the file as a whole and durably. */
export function writePositionFile(path: string, { epoch, position }: Cursor): void {
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeSync(file, `${formatCursor(epoch, position)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
}

/** @returns a line for the log where the database is not the newest that this folder held: it got a new epoch */
export function checkEpoch(db: DatabaseSync, remembered: Cursor | undefined, head: Cursor): string | undefined {
  if (remembered === undefined) return undefined
  if (remembered.epoch === head.epoch && remembered.position <= head.position) return undefined
  const epoch = newEpoch()
  db.prepare('UPDATE log SET epoch = ?').run(epoch)
  const was = formatCursor(remembered.epoch, remembered.position)
  const is = formatCursor(head.epoch, head.position)
  return `THE DATABASE IS NOT THE NEWEST ONE OF THIS FOLDER: it ends at ${is}, the folder had reached ${was}. A new epoch (${epoch}) begins; clients load everything anew.`
}
