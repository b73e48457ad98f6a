/**
 * The way from the feed to every stream of this process. It knows changes, readers and bytes; not HTTP and not storage.
 */

import type { ByeReason, CommittedChange, Signal } from '@suda/protocol'
import { assemble, type Parts, type PartsOptions } from './assemble.ts'
import { pick } from './clock.ts'
import { collect, type Collected, type CollectOptions } from './collect.ts'
import type { HubStatus } from './counters.ts'
import type { Shape } from './shape.ts'
import type { Sink } from './sink.ts'
import { tellSignal } from './signals.ts'
import { Slot } from './slot.ts'
import { byeOf, Subscription, type AttachOptions } from './subscription.ts'
import { watchRooms, type WatchRequest, type WatchResult } from './watch.ts'

export interface HubOptions extends PartsOptions {
  /** Makes an id for each stream that nobody can guess. */
  readonly newStreamId: () => string
}

export class Hub {
  readonly #parts: Parts
  readonly #newStreamId: () => string

  constructor(options: HubOptions) {
    this.#parts = assemble(options)
    this.#newStreamId = options.newStreamId
  }

  /** Position of the newest change that readers may have. */
  get head(): number {
    return this.#parts.ring.last
  }

  get epoch(): string {
    return this.#parts.epoch
  }

  /**
   * Fills the ring before anybody is attached, so that those who come back after a restart need no snapshot.
   * @param changes the newest of the log in order, up to the head at least
   * @throws RangeError if they leave out a position or end before the head
   */
  warm(changes: readonly CommittedChange[]): void {
    const first = changes[0]?.position
    if (first === undefined) return
    const { head } = this
    if (first > head + 1) throw new RangeError(`expected ${head + 1} at most, got ${first}`)
    this.#parts.ring.restart(first - 1)
    for (const change of changes) this.#apply(change)
    if (this.head < head) throw new RangeError(`expected changes up to ${head}, got ${this.head}`)
  }

  /**
   * Makes changes visible, in order, before it returns or in the slices that follow (DL5, DL11).
   * @throws RangeError at the first change that is not the next one; those before it were applied (DL2)
   */
  push(changes: readonly CommittedChange[]): void {
    try {
      for (const change of changes) this.#apply(change)
    } finally {
      this.#parts.parking.reach(this.head)
      this.#parts.flusher.flush()
    }
  }

  /** Begins a stream. Everything is written through the sink; the answer is for `detach`. */
  attach(options: AttachOptions): Subscription {
    const { connect, empty, farewell, pace, readers, streams } = this.#parts
    const subscription = new Subscription(this.#newStreamId(), options, empty)
    this.#setDeadlines(subscription, options.expiresInMs)
    readers.add(subscription)
    options.sink.onDrain(() => pace.drained(subscription))
    options.sink.onClose(() => streams.forget(subscription))
    connect.open(subscription, options)
    if (farewell.isBegun) farewell.dismiss(subscription)
    else if (!subscription.isClosed) pace.schedule(subscription)
    return subscription
  }

  /** Ends a stream without a word; its sink is the caller's again. */
  detach(subscription: Subscription): void {
    this.#parts.streams.forget(subscription)
  }

  /** Answers once there is something behind the cursor, or when the wait is over. */
  collect(options: CollectOptions): Promise<Collected> {
    const { clock, epoch, pace, settings } = this.#parts
    return collect(
      {
        epoch,
        clock,
        head: () => this.head,
        servedTo: (subscription) => pace.servedTo(subscription),
        attach: (attachOptions) => this.attach(attachOptions),
        detach: (subscription) => this.detach(subscription),
        maxBytes: settings.skipBytes,
      },
      options,
    )
  }

  watch(request: WatchRequest): WatchResult {
    const result = watchRooms(this.#parts, request)
    this.#parts.flusher.flush()
    return result
  }

  signal(signal: Signal): void {
    tellSignal(this.#parts, signal)
  }

  /** DL14: what a stream gets that is not even attached. Both are written before the end, where the shape tells them. */
  refuse(sink: Sink, shape: Shape, reason: ByeReason): void {
    const { clock, settings } = this.#parts
    const retry = shape.encodeRetry(pick(clock, settings.retryMs))
    const bye = shape.encodeEvent('bye', JSON.stringify(byeOf(reason)), undefined)
    for (const bytes of [retry, bye]) if (bytes !== undefined) sink.write(bytes)
    sink.end()
  }

  /** How many streams of this user are open here. */
  countOf(userId: string): number {
    return this.#parts.readers.ofUser(userId).size
  }

  status(): HubStatus {
    const { counters, readers, ring } = this.#parts
    const streams = { personal: 0, room: 0 }
    for (const subscription of readers.all()) streams[subscription.kind]++
    return { ...counters, streams, ring: { count: ring.count, bytes: ring.bytes, first: ring.first }, head: ring.last }
  }

  /** DL14: tells everybody when to come back, and ends all streams; those that are attached later end at once. */
  shutdown(): void {
    this.#parts.farewell.toAll()
  }

  /** The same little by little, the last one in this time: for where other processes take the readers. Resolves at the end. */
  shutdownGradually(withinMs: number): Promise<void> {
    return this.#parts.farewell.gradually(withinMs)
  }

  #apply(change: CommittedChange): void {
    this.#parts.delivery.apply(new Slot(change, this.epoch))
  }

  /** DL13: all of them are looked at by one wheel. */
  #setDeadlines(subscription: Subscription, expiresInMs = Infinity): void {
    const { clock, settings } = this.#parts
    const now = clock.now()
    const jitterMs = settings.heartbeatMs * settings.heartbeatJitter
    subscription.endsAt = now + pick(clock, settings.maxAgeMs)
    subscription.expiresAt = now + expiresInMs
    subscription.heartbeatAfterMs = pick(clock, [settings.heartbeatMs - jitterMs, settings.heartbeatMs + jitterMs])
  }
}
