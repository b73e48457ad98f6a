/** How long the feed waits for what. */

import type { ByeReason } from '@suda/protocol'

export const POLL_WAIT_SECONDS = 25

export const TIMES = {
  /** From opening a stream to its hello. */
  helloMs: 5_000,
  /** What a heartbeat may be late. */
  slackMs: 5_000,
  /** Of nothing more being told, after which nothing is missing. */
  quietMs: 500,
  /** A stream that lived so long has not failed. */
  soundMs: 5_000,
  firstPauseMs: 500,
  longestPauseMs: 30_000,
  /** While polling, until a stream is tried again. */
  streamAgainMs: 60_000,
} as const

/** After a bye; everybody is told it at the same time, so everybody waits differently long. */
export function backOffMs(reason: ByeReason, random: number): number {
  switch (reason) {
    case 'too_many_streams':
      return 10_000 + 20_000 * random
    case 'upgrade':
      return 30_000 + 30_000 * random
    case 'max_age':
      return 200 * random
    case 'shutdown':
    case 'slow_reader':
    case 'session_ended':
    case 'removed':
    case 'revoked':
      return 500 + 2_500 * random
  }
}
