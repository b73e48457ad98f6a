/** Whether a stream that ended can be taken up where it was. */

import { MongoNetworkError, MongoServerError, MongoServerSelectionError, type ResumeToken } from 'mongodb'

/** No reply came for too long, so nothing is known. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError'
}

export interface Ended {
  readonly error: unknown
  /** Where the stream had come to. */
  readonly token: ResumeToken
  readonly wasOpen: boolean
}

/**
 * The token, if what ended the stream came of where the server is and not of where the stream is. Any other error is no
 * reason to try the same token again: to open anew costs a marker and a look into the log, and always works.
 */
export function tokenAfter({ error, token, wasOpen }: Ended): ResumeToken {
  return isOfConnection(error) || (wasOpen && error instanceof SilenceError) ? token : undefined
}

function isOfConnection(error: unknown): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true
  return error instanceof MongoServerError && typeof error.code === 'number' && resumable.has(error.code)
}

/** As the specification of change streams lists them. */
const resumable: ReadonlySet<number> = new Set([
  6, 7, 43, 63, 89, 91, 133, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436,
])
