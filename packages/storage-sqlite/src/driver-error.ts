/** The border to the driver: what SQLite throws becomes a code of the protocol, its message goes no further than the log. */

import { ChatError, type ErrorCode } from '@suda/protocol'

const SQLITE_FULL = 13
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555
const SQLITE_CONSTRAINT_UNIQUE = 2067

/** @returns undefined for what is a bug of ours */
export function codeOf(error: unknown): ErrorCode | undefined {
  if (error instanceof ChatError) return error.code
  const number = sqliteCode(error)
  if (number === undefined) return undefined
  if (number === SQLITE_CONSTRAINT_UNIQUE || number === SQLITE_CONSTRAINT_PRIMARYKEY) return duplicateOf(error)
  return (number & 0xff) === SQLITE_FULL ? 'storage_full' : isOurMistake(number) ? undefined : 'unavailable'
}

/** The extended result code of a driver error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode : undefined
}

export function messageOfError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

// Names that people choose are `taken`; a second row under the same id stands for something else.
function duplicateOf(error: unknown): ErrorCode {
  return /: (users\.(username|email|external_id)|rooms\.slug)\b/.test(messageOfError(error)) ? 'taken' : 'conflict'
}

// SQLITE_ERROR, CONSTRAINT (other than uniqueness), MISMATCH, MISUSE, RANGE: statements or rows that we got wrong.
function isOurMistake(number: number): boolean {
  return [1, 19, 20, 21, 25].includes(number & 0xff)
}
