/** One timer for the deadlines of all streams (DL13). */

import type { Clock } from './clock.ts'

/** Something with one deadline at a time. */
export interface Timed {
  /** When it is due, by the clock; `Infinity`: never. The wheel sets it. */
  dueAt: number
}

export class TimerWheel<T extends Timed> {
  readonly #clock: Clock
  readonly #tickMs: number
  readonly #onDue: (item: T) => void
  readonly #buckets: { item: T; at: number }[][] = Array.from({ length: 256 }, () => [])
  #tick = 0
  #isRunning = false

  constructor(options: { readonly clock: Clock; readonly tickMs: number; readonly onDue: (item: T) => void }) {
    this.#clock = options.clock
    this.#tickMs = options.tickMs
    this.#onDue = options.onDue
  }

  /** Replaces the item's deadline; exact to a tick, never early. */
  schedule(item: T, at: number): void {
    item.dueAt = at
    if (at === Infinity) return
    this.#start()
    this.#put(item, at)
  }

  #put(item: T, at: number): void {
    const ticks = Math.max(Math.ceil(at / this.#tickMs), this.#tick + 1)
    // What lies beyond the wheel waits in its farthest bucket and is put again from there.
    const reachable = Math.min(ticks, this.#tick + this.#buckets.length - 1)
    this.#buckets[reachable % this.#buckets.length]?.push({ item, at })
  }

  #start(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.#tick = Math.floor(this.#clock.now() / this.#tickMs)
    this.#clock.after(this.#tickMs, () => this.#turn())
  }

  #turn(): void {
    const now = this.#clock.now()
    while ((this.#tick + 1) * this.#tickMs <= now) {
      this.#tick++
      this.#empty(this.#tick % this.#buckets.length, now)
    }
    this.#clock.after(this.#tickMs, () => this.#turn())
  }

  #empty(index: number, now: number): void {
    const entries = this.#buckets[index] ?? []
    this.#buckets[index] = []
    for (const { item, at } of entries) {
      if (item.dueAt !== at) continue // it was given another deadline meanwhile
      if (at > now) this.#put(item, at)
      else this.#onDue(item)
    }
  }
}
