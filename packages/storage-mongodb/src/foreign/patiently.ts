/** Work that is tried again until it succeeds, less and less often. */

import { setTimeout as wait } from 'node:timers/promises'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

export interface Patience {
  readonly signal: AbortSignal
  /** Told once for each reason. */
  readonly onTrouble: (reason: string) => void
}

/** @returns undefined if it was given up */
export async function patiently<T>({ signal, onTrouble }: Patience, work: () => Promise<T>): Promise<T | undefined> {
  let trouble = ''
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (reason !== trouble && !signal.aborted) onTrouble(reason)
      trouble = reason
    }
    await pause(pauseMs, signal)
  }
  return undefined
}

/** Ends early, without an error, where it is given up. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {})
}
