/** Has a few rows posted, and writes down what became of them. */

import type { Item, PostRows, Settled } from './foreign-row.ts'

export interface Posting {
  readonly post: PostRows
  /** Writes down what became of them. */
  readonly settle: (settled: readonly Settled[]) => Promise<void>
}

/**
 * Calls `onSettled` with those that are done with.
 * @throws why the others must come again
 */
export async function postInOrder(
  items: readonly Item[],
  { post, settle }: Posting,
  onSettled: (settled: readonly Settled[]) => void,
): Promise<void> {
  const good = items.filter(({ error }) => error === undefined)
  const outcomes = good.length === 0 ? [] : await post(good.map(({ row }) => row))
  const settled: Settled[] = items.flatMap((item) =>
    item.error === undefined ? [] : { item, outcome: { error: item.error } },
  )
  let again: Error | undefined
  good.forEach((item, index) => {
    const outcome = outcomes[index]
    if (outcome === undefined) throw new Error('a row was left without an answer')
    if ('again' in outcome) again ??= outcome.again
    else settled.push({ item, outcome })
  })
  if (settled.length > 0) await settle(settled)
  onSettled(settled)
  if (again !== undefined) throw again
}
