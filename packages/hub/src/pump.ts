/** From the storage's feed into the hub, without a hole and without a repetition (DL2). */

import type { CommittedChange } from '@suda/protocol'
import type { Replay } from './log-reader.ts'

export interface PumpTarget {
  readonly head: number
  push(changes: readonly CommittedChange[]): void
}

export interface PumpOptions {
  readonly target: PumpTarget
  readonly feed: AsyncIterable<readonly CommittedChange[]>
  /** Reads the log where the feed left something out. */
  readonly replay: Replay
}

const BATCH = 500

/**
 * Runs as long as the feed does: ends when it ends, and rejects with its error or with that of the log. A hole is filled
 * from the log before anything behind it is shown; what came already is passed over.
 */
export async function pumpFeed({ feed, replay, target }: PumpOptions): Promise<void> {
  for await (const changes of feed) {
    const first = changes.find((change) => change.position > target.head)
    if (first !== undefined) await fillUpTo(first.position - 1, target, replay)
    await pushInOrder(changes, target, replay)
  }
}

async function pushInOrder(changes: readonly CommittedChange[], target: PumpTarget, replay: Replay): Promise<void> {
  const isDense = changes.every(
    (change, index) => index === 0 || change.position === (changes[index - 1]?.position ?? 0) + 1,
  )
  if (isDense) return target.push(changes.filter((change) => change.position > target.head))
  for (const change of changes) {
    await fillUpTo(change.position - 1, target, replay)
    if (change.position > target.head) target.push([change])
  }
}

async function fillUpTo(position: number, target: PumpTarget, replay: Replay): Promise<void> {
  while (target.head < position) {
    const missing = await replay(target.head, Math.min(position - target.head, BATCH))
    if (missing.length === 0) throw new RangeError(`the log has nothing at ${target.head + 1}`)
    target.push(missing)
  }
}
