/** Posts rows one after the other: none is begun before the one in front of it is settled. */

import type { Item, PostRow, Settled } from './foreign-row.ts'

export interface Posting {
  readonly post: PostRow
  /** Writes down what became of them. */
  readonly settle: (settled: readonly Settled[]) => Promise<void>
  /** Whether no more is to be begun. */
  readonly isStopped: () => boolean
}

/**
 * Calls `onSettled` with what is done with, also where the rest cannot be tried now.
 * @throws why not
 */
export async function postInOrder(
  items: readonly Item[],
  { isStopped, post, settle }: Posting,
  onSettled: (settled: readonly Settled[]) => void,
): Promise<void> {
  const settled: Settled[] = []
  try {
    for (const item of items) {
      if (isStopped()) return
      settled.push({ item, outcome: item.error === undefined ? await post(item.row) : { error: item.error } })
    }
  } finally {
    if (settled.length > 0) await settle(settled)
    onSettled(settled)
  }
}
