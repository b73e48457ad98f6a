/** Waiting for something outside this process: asked again and again, up to a deadline, never a fixed sleep. */

import { setTimeout as pause } from 'node:timers/promises'

interface Patience {
  readonly withinMs?: number
  readonly everyMs?: number
}

/**
 * @param ask answers what was waited for, or undefined, false or an exception while it is not there yet
 * @throws Error that names `what`, with the last exception as its cause
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs = 10_000, everyMs = 10 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + withinMs
  let cause: unknown
  while (performance.now() < deadline) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      cause = error
    }
    await pause(everyMs)
  }
  throw new Error(`waited ${withinMs} ms in vain: ${what}`, { cause })
}
