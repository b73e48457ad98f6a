/** What every part of the hub does to a stream: write, say an event, end it. */

import type { Bye, ByeReason, Hello, Reset } from '@suda/protocol'
import type { Clock } from './clock.ts'
import { count, type Counters } from './counters.ts'
import type { Readers } from './readers.ts'
import type { Run } from './run.ts'
import type { HubSettings } from './settings.ts'
import type { EventId, EventName } from './shape.ts'
import { byeOf, type Subscription } from './subscription.ts'
import type { TimerWheel } from './timer-wheel.ts'

export interface StreamsParts {
  readonly clock: Clock
  readonly counters: Counters
  readonly readers: Readers
  readonly settings: HubSettings
  readonly wheel: TimerWheel<Subscription>
  readonly empty: Run
  readonly onError: (error: unknown) => void
}

export class Streams {
  readonly #parts: StreamsParts

  constructor(parts: StreamsParts) {
    this.#parts = parts
  }

  write(subscription: Subscription, bytes: Buffer | undefined): void {
    if (bytes === undefined || subscription.isClosed) return
    const now = this.#parts.clock.now()
    if (subscription.sink.bufferedBytes === 0) {
      subscription.progressAt = now
      subscription.bytesLeft = subscription.bytesWritten
    }
    subscription.lastWriteAt = now
    subscription.bytesWritten += bytes.length
    subscription.sink.write(bytes)
  }

  /** Outside the order of changes, at once. */
  say(subscription: Subscription, name: EventName, data: object, id?: EventId): void {
    this.write(subscription, subscription.shape.encodeEvent(name, JSON.stringify(data), id))
  }

  /** Step 0: before anything else. */
  greet(subscription: Subscription, hello: Hello, retryMs: number): void {
    const { shape } = subscription
    const parts = [
      shape.encodeRetry(retryMs),
      shape.encodeEvent('hello', JSON.stringify(hello), undefined),
      shape.encodePadding(),
    ].filter((part) => part !== undefined)
    this.write(subscription, parts.length === 0 ? undefined : Buffer.concat(parts))
  }

  /** Steps 6 and 7: only a reset of everything makes the client forget its cursor. */
  reset(subscription: Subscription, reset: Reset): void {
    this.say(subscription, 'reset', reset, reset.scope === 'all' ? null : undefined)
    this.noteReset(subscription, reset)
  }

  /** For a reset that takes its place among changes. */
  noteReset(subscription: Subscription, reset: Reset): void {
    count(this.#parts.counters.resets, reset.reason)
    subscription.onReset?.(reset)
  }

  /** The last event, then the end; whoever does not take it in time is cut off. */
  close(subscription: Subscription, reason: ByeReason, bye: Bye = byeOf(reason)): void {
    if (subscription.isClosed) return
    count(this.#parts.counters.byes, reason)
    this.say(subscription, 'bye', bye)
    this.#end(subscription, reason)
  }

  /** Something went wrong on our side: the client connects again with its cursor, so it misses nothing. */
  fail(subscription: Subscription, error: unknown): void {
    if (subscription.isClosed) return
    this.#parts.counters.failures++
    this.#parts.onError(error)
    this.#end(subscription, undefined)
  }

  /** The connection is gone already. */
  forget(subscription: Subscription): void {
    if (subscription.isClosed) return
    this.#release(subscription)
    subscription.dueAt = Infinity
    subscription.onClose?.(undefined)
  }

  #end(subscription: Subscription, reason: ByeReason | undefined): void {
    const { clock, settings, wheel } = this.#parts
    this.#release(subscription)
    subscription.sink.end()
    wheel.schedule(subscription, clock.now() + settings.closeMs)
    subscription.onClose?.(reason)
  }

  #release(subscription: Subscription): void {
    subscription.state = 'closed'
    subscription.run = this.#parts.empty
    subscription.stretch = undefined
    this.#parts.readers.remove(subscription)
  }
}
