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
  /** Aborted when nothing is to be waited for any more. */
  readonly hurry: AbortSignal
}

/** Resolves when all have left, when nobody is there to take them, or when the time is over; the rest is to be ended at once. */
export async function drain({ hub, hurry, lookMs = 1_000, nodes, withinMs }: DrainOptions): Promise<void> {
  await nodes.leave().catch(() => {}) // seen to be gone a little later
  if (!(await areOthersThere(nodes))) return
  const emptied = new AbortController()
  const over = AbortSignal.any([hurry, emptied.signal, AbortSignal.timeout(withinMs)])
  void hub.shutdownGradually(withinMs).then(() => emptied.abort())
  for (;;) {
    await wait(lookMs, undefined, { signal: over }).catch(() => {})
    if (over.aborted || !(await areOthersThere(nodes))) return
  }
}

/** Where nobody knows, the streams are not better off anywhere else. */
function areOthersThere(nodes: Nodes): Promise<boolean> {
  return nodes.hasOthers().catch(() => false)
}
