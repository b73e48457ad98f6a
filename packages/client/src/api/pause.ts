/** How long to wait before a request is sent again. */

import type { ChatError } from '@suda/protocol'

const FIRST_MS = 500
const LONGEST_MS = 30_000

/**
 * Grows from half a second to half a minute, never shorter than the server asked for, and somewhat different for
 * everybody, so that those who failed together do not come back together.
 * @param attempt how many pauses there were before this one
 * @param random 0 to 1
 * @returns milliseconds
 */
export function retryPauseMs(attempt: number, error: ChatError, random: number): number {
  const pauseMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt) * (0.5 + random / 2)
  return (error.retryAfterSeconds ?? 0) * 1_000 + pauseMs
}
