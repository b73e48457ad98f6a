/** From where a stream that ended is opened again. */

import { MongoNetworkError, MongoServerError, MongoServerSelectionError, type ResumeToken } from 'mongodb'

/** So many openings in a row may fail before the token is under suspicion, whatever they say. */
const MOST_USES = 5

/** No reply came for too long, so nothing is known. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError'
}

export class ResumePoint {
  #token: ResumeToken | undefined
  #uses = 0

  /** Undefined: from now on, and what was missed is to be looked up. */
  next(): ResumeToken | undefined {
    this.#uses += 1
    if (this.#uses > MOST_USES) this.#token = undefined
    return this.#token
  }

  opened(): void {
    this.#uses = 0
  }

  /** @param token where the stream had come to */
  failed(error: unknown, { token, wasOpen }: { token: ResumeToken | undefined; wasOpen: boolean }): void {
    const isInnocent = isOfConnection(error) || (wasOpen && error instanceof SilenceError)
    this.#token = isInnocent ? token : undefined
  }
}

/** An error that comes of where the server is, not of where the stream is. Any other is no reason to try the same token again. */
function isOfConnection(error: unknown): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true
  return error instanceof MongoServerError && typeof error.code === 'number' && resumable.has(error.code)
}

/** As the specification of change streams lists them, for servers that do not say it by a label. */
const resumable: ReadonlySet<number> = new Set([
  6, 7, 43, 63, 89, 91, 133, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436,
])
