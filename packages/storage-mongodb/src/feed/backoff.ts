/** How long to wait before something is tried again. */

import { setTimeout as wait } from 'node:timers/promises'

export interface Backoff {
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  readonly stopping: AbortSignal
}

/** At random, so that the processes of a site do not come all at once. Ends early when nothing is to be tried any more. */
export async function pauseAfter(failures: number, { firstPauseMs, longestPauseMs, stopping }: Backoff): Promise<void> {
  const longest = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs)
  await wait(longest * (0.5 + Math.random() / 2), undefined, { signal: stopping }).catch(() => undefined)
}

export interface Retrying extends Backoff {
  readonly onFailure: (error: unknown) => void
}

/** Again and again until it succeeds. */
export async function untilItSucceeds(work: () => Promise<void>, { onFailure, ...backoff }: Retrying): Promise<void> {
  for (let failures = 1; !backoff.stopping.aborted; failures += 1) {
    try {
      return await work()
    } catch (error) {
      if (backoff.stopping.aborted) return
      onFailure(error)
      await pauseAfter(failures, backoff)
    }
  }
}
