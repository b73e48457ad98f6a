/** DL14: the end of all streams of a process that stops, at once, or little by little where other processes take them. */

import { pick, type Clock } from './clock.ts'
import type { Pace } from './pace.ts'
import type { Readers } from './readers.ts'
import type { HubSettings } from './settings.ts'
import type { Streams } from './streams.ts'
import type { Subscription } from './subscription.ts'

export interface FarewellParts {
  readonly clock: Clock
  readonly pace: Pace
  readonly readers: Readers
  readonly settings: HubSettings
  readonly streams: Streams
}

/** A crowd of this size that comes again is no burden to anybody. */
const EASY_PER_SECOND = 20

export class Farewell {
  readonly #parts: FarewellParts
  #isBegun = false
  #ended: (() => void)[] = []

  constructor(parts: FarewellParts) {
    this.#parts = parts
  }

  /** Whoever is attached from now on is to be dismissed at once. */
  get isBegun(): boolean {
    return this.#isBegun
  }

  /** Ends what is still open. */
  toAll(): void {
    this.#isBegun = true
    for (const subscription of this.#parts.readers.all()) this.dismiss(subscription)
    this.#end()
  }

  /** Evenly, and the last one in this time. Resolves when none is left, whoever ended it. */
  gradually(withinMs: number): Promise<void> {
    this.#isBegun = true
    const { clock, readers } = this.#parts
    const perMs = Math.max(readers.count / Math.max(withinMs, 1), EASY_PER_SECOND / 1_000)
    const beganAt = clock.now()
    let dismissed = 0
    const step = (): void => {
      const due = Math.ceil((clock.now() - beganAt) * perMs)
      dismissed += this.#dismissSome(due - dismissed)
      if (readers.count === 0) this.#end()
      else clock.after(this.#parts.settings.tickMs, step)
    }
    return new Promise((resolve) => {
      this.#ended.push(resolve)
      step()
    })
  }

  dismiss(subscription: Subscription): void {
    const { clock, pace, settings, streams } = this.#parts
    pace.settle(subscription)
    streams.write(subscription, subscription.shape.encodeRetry(pick(clock, settings.shutdownRetryMs)))
    streams.close(subscription, 'shutdown')
  }

  /** Those first that are open for longest. Answers how many. */
  #dismissSome(count: number): number {
    let dismissed = 0
    for (const subscription of this.#parts.readers.all()) {
      if (dismissed >= count) break
      this.dismiss(subscription)
      dismissed++
    }
    return dismissed
  }

  #end(): void {
    for (const resolve of this.#ended) resolve()
    this.#ended = []
  }
}
