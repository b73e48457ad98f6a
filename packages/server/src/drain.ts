/** DL14: where other processes serve the site, one that stops leaves them its streams little by little. */

import { setTimeout as wait } from 'node:timers/promises'
import type { Hub } from '@suda/hub'
import type { Nodes } from './peers.ts'

export interface DrainOptions {
  readonly hub: Pick<Hub, 'shutdownGradually'>
  readonly nodes: Nodes
  readonly withinMs: number
  /** How often it is looked whether others are still there. */
  readonly lookMs?: number
  /** How long that may take. */
  readonly patienceMs?: number
  /** Aborted when nothing is to be waited for any more. */
  readonly hurry: AbortSignal
}

/** Resolves when all have left, when nobody is there to take them, or when the time is over; the rest is to be ended at once. */
export async function drain(options: DrainOptions): Promise<void> {
  const { hub, hurry, lookMs = 1_000, nodes, patienceMs = 3_000, withinMs } = options
  const emptied = new AbortController()
  const over = AbortSignal.any([hurry, emptied.signal, AbortSignal.timeout(withinMs)])
  const pause = (ms: number) => wait(ms, undefined, { ref: false, signal: over }).catch(() => undefined)
  /** @returns undefined where nobody knows: the database does not answer */
  const look = (ask: () => Promise<boolean>) => Promise.race([ask().catch(() => undefined), pause(patienceMs)])
  const areOthersThere = await look(async () => {
    await nodes.leave()
    return nodes.hasOthers()
  })
  if (areOthersThere !== true) return
  void hub.shutdownGradually(withinMs).then(() => emptied.abort())
  while (!over.aborted) {
    await pause(lookMs)
    if (!over.aborted && (await look(() => nodes.hasOthers())) === false) return
  }
}
