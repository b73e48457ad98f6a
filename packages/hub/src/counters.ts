/** What the hub did, for `/metrics`. All of them only grow, but for those of `HubStatus`. */

import type { ByeReason, ResetReason } from '@suda/protocol'

export type Counts<Key extends string> = Partial<Record<Key, number>>

export interface Counters {
  /** Frames of changes and notices handed to streams. */
  deliveries: number
  /** Frames that left together with one before them. */
  coalesced: number
  readonly resets: Counts<ResetReason>
  readonly byes: Counts<ByeReason>
  readonly replays: Counts<'ring' | 'log'>
  /** Readers that had fallen behind and were served again without a reset. */
  lagRecoveries: number
  /** Readers that fell behind. */
  lags: number
  /** Streams that waited for the head to reach their cursor. */
  parkings: number
  /** Streams that ended because a read failed. */
  failures: number
}

export interface HubStatus extends Counters {
  readonly streams: { readonly personal: number; readonly room: number }
  readonly ring: { readonly count: number; readonly bytes: number; readonly first: number }
  readonly head: number
}

export function newCounters(): Counters {
  return {
    deliveries: 0,
    coalesced: 0,
    resets: {},
    byes: {},
    replays: {},
    lagRecoveries: 0,
    lags: 0,
    parkings: 0,
    failures: 0,
  }
}

export function count<Key extends string>(counts: Counts<Key>, key: Key): void {
  counts[key] = (counts[key] ?? 0) + 1
}
