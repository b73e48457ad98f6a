/** What happens now and is gone in a moment: never in the log, never with a position, never replayed (DL9). */

import type { Signal } from '@suda/protocol'
import type { Flusher } from './flush.ts'
import type { Pace } from './pace.ts'
import type { Readers } from './readers.ts'
import type { Ring } from './ring.ts'
import { Notice } from './slot.ts'
import type { Subscription } from './subscription.ts'

export interface SignalParts {
  readonly readers: Readers
  readonly ring: Ring
  readonly pace: Pace
  readonly flusher: Flusher<Subscription>
}

/** To the room's members and watchers and its own feeds; whoever is behind does without. */
export function tellSignal({ flusher, pace, readers, ring }: SignalParts, signal: Signal): void {
  const room = readers.ofRoom(signal.roomId)
  if (room === undefined) return
  const notice = new Notice(ring.last + 1, 'signal', signal)
  for (const subscription of [...room.members, ...room.watchers, ...room.feeds]) {
    if (!subscription.isLive || subscription.slowSince !== undefined) continue
    // A member who watches as well is told twice of nothing: the newest item is this one already.
    if (subscription.lastNotice === notice) continue
    subscription.lastNotice = notice
    pace.offer(subscription, notice)
  }
  flusher.flush()
}
