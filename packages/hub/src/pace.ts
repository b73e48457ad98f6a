/** How fast a stream may be written to, and what becomes of one that does not read (DL11, DL12). */

import { formatCursor, type Reset } from '@suda/protocol'
import type { Clock } from './clock.ts'
import type { Counters } from './counters.ts'
import type { Flusher } from './flush.ts'
import type { Ring } from './ring.ts'
import type { Run } from './run.ts'
import type { HubSettings } from './settings.ts'
import { Notice, type Item } from './slot.ts'
import type { Streams } from './streams.ts'
import type { Subscription } from './subscription.ts'
import type { TimerWheel } from './timer-wheel.ts'

export interface PaceParts {
  readonly epoch: string
  readonly clock: Clock
  readonly counters: Counters
  readonly settings: HubSettings
  readonly ring: Ring
  readonly empty: Run
  readonly flusher: Flusher<Subscription>
  readonly wheel: TimerWheel<Subscription>
  readonly streams: Streams
  /** Serves one that lagged from where it stands. */
  readonly recover: (subscription: Subscription) => void
}

/** How often one that has unsent bytes is looked at. */
const CHECK_MS = 1_000

export class Pace {
  readonly #parts: PaceParts
  #heartbeat: Notice | undefined

  constructor(parts: PaceParts) {
    this.#parts = parts
  }

  /** Puts an item behind what waits already. Constant and small: this runs once a recipient. */
  offer(subscription: Subscription, item: Item): void {
    subscription.run = subscription.run.with(item)
    if (subscription.slowSince === undefined) this.#parts.flusher.add(subscription)
    else if (subscription.run.bytes > this.#parts.settings.lagBytes) this.lag(subscription)
  }

  /** In its place among the changes of a live stream; another one is told at once, and replayed what belongs to it. */
  tellReset(subscription: Subscription, reset: Reset, position: number): void {
    if (subscription.state === 'lagging') return // the way back begins with it, and nothing more is written meanwhile
    if (!subscription.isLive) return this.#parts.streams.reset(subscription, reset)
    this.offer(subscription, new Notice(position, 'reset', reset))
    this.#parts.streams.noteReset(subscription, reset)
  }

  /** Writes all that waits, at once, unless too much is unsent. */
  flush(subscription: Subscription): void {
    const { run } = subscription
    if (run.isEmpty || this.#isSlow(subscription)) return
    const { counters, empty, ring, streams } = this.#parts
    // A slot that has left the ring is not rewritten any more (DL2a), so it must be read again.
    if (run.first < ring.first) return this.#fallBack(subscription)
    subscription.run = empty
    counters.deliveries += run.count
    counters.coalesced += run.count - 1
    streams.write(subscription, run.join(subscription.shape, ring.rewrites))
  }

  /**
   * Before something is taken from the reader: what waits is written, or let go of where too much is unsent, to be
   * replayed by what may be told then. Never throws, since the change that takes it must be applied to its end.
   */
  settle(subscription: Subscription): void {
    if (!subscription.isLive) return
    try {
      this.flush(subscription)
    } catch (error) {
      this.#parts.streams.fail(subscription, error)
    }
    if (subscription.isLive && !subscription.run.isEmpty) this.lag(subscription)
  }

  /** Lets go of what waits; it is replayed when the stream has drained. */
  lag(subscription: Subscription): void {
    this.#parts.counters.lags++
    subscription.position = this.servedTo(subscription)
    subscription.state = 'lagging'
    subscription.run = this.#parts.empty
  }

  /** Everything relevant up to here was written (DL6). */
  servedTo({ isLive, position, run }: Subscription): number {
    if (!isLive) return position
    return run.isEmpty ? this.#parts.ring.last : run.first - 1
  }

  /** What was written has left. */
  drained(subscription: Subscription): void {
    subscription.slowSince = undefined
    if (subscription.state === 'lagging') this.#parts.recover(subscription)
    else if (subscription.state === 'replaying' || !subscription.run.isEmpty) this.#parts.flusher.add(subscription)
    this.#parts.flusher.flush()
  }

  /** The stream's own deadline: end, heartbeat, or a look at what is unsent. */
  onDue(subscription: Subscription): void {
    const now = this.#parts.clock.now()
    if (subscription.isClosed) return subscription.sink.destroy()
    if (now >= subscription.expiresAt) return this.#expire(subscription)
    if (now >= subscription.endsAt) return this.#retire(subscription)
    if (subscription.sink.bufferedBytes > 0) this.#look(subscription, now)
    else if (subscription.slowSince !== undefined || !subscription.isLive) this.drained(subscription)
    else if (now >= subscription.lastWriteAt + subscription.heartbeatAfterMs) this.#beat(subscription)
    if (!subscription.isClosed) this.schedule(subscription)
  }

  schedule(subscription: Subscription): void {
    const { clock, wheel } = this.#parts
    const now = clock.now()
    const beatAt = Math.max(subscription.lastWriteAt + subscription.heartbeatAfterMs, now + 1)
    const nextLook = subscription.sink.bufferedBytes > 0 ? Math.min(beatAt, now + CHECK_MS) : beatAt
    wheel.schedule(subscription, Math.min(nextLook, subscription.expiresAt, subscription.endsAt))
  }

  #fallBack(subscription: Subscription): void {
    this.lag(subscription)
    this.#parts.recover(subscription)
  }

  #isSlow(subscription: Subscription): boolean {
    if (subscription.sink.bufferedBytes <= this.#parts.settings.skipBytes) return false
    if (subscription.slowSince === undefined) {
      subscription.slowSince = this.#parts.clock.now()
      this.schedule(subscription)
    }
    return true
  }

  #look(subscription: Subscription, now: number): void {
    const { bufferedBytes } = subscription.sink
    const { deadMs, lagMs, skipBytes } = this.#parts.settings
    const left = subscription.bytesWritten - bufferedBytes
    if (left > subscription.bytesLeft) subscription.progressAt = now
    subscription.bytesLeft = left
    if (now - subscription.progressAt >= deadMs) return this.#parts.streams.close(subscription, 'slow_reader')
    if (subscription.slowSince === undefined || !subscription.isLive) return
    if (bufferedBytes <= skipBytes) this.drained(subscription)
    else if (now - subscription.slowSince >= lagMs) this.lag(subscription)
  }

  /** Nothing waits and nothing is unsent, so the head itself is what the stream was served up to. */
  #beat(subscription: Subscription): void {
    const { epoch, ring, streams } = this.#parts
    if (!subscription.run.isEmpty) return
    if (this.#heartbeat?.position !== ring.last) {
      this.#heartbeat = new Notice(ring.last, 'heartbeat', {}, formatCursor(epoch, ring.last))
    }
    streams.write(subscription, this.#heartbeat.frame(subscription.shape))
  }

  #expire(subscription: Subscription): void {
    const isSession = subscription.sessionId !== undefined
    this.#parts.streams.close(subscription, isSession ? 'session_ended' : 'revoked')
  }

  #retire(subscription: Subscription): void {
    this.flush(subscription)
    this.#parts.streams.close(subscription, 'max_age')
  }
}
