/**
 * Writing to many streams without holding the process: in slices, between which everything else gets its turn (DL11).
 * While slices are running new frames pile up and leave in one write, so load turns into batching by itself.
 */

import type { Clock } from './clock.ts'

export interface Flushable {
  /** Whether it stands in the queue; the flusher sets it. */
  isQueued: boolean
}

export class Flusher<T extends Flushable> {
  readonly #clock: Clock
  readonly #sliceMs: number
  readonly #advance: (item: T) => void
  #queue: T[] = []
  #next = 0
  #isTurnTaken = false

  /** @param options.advance does one bounded piece of work and adds the item again if there is more */
  constructor(options: { readonly clock: Clock; readonly sliceMs: number; readonly advance: (item: T) => void }) {
    this.#clock = options.clock
    this.#sliceMs = options.sliceMs
    this.#advance = options.advance
  }

  add(item: T): void {
    if (item.isQueued) return
    item.isQueued = true
    this.#queue.push(item)
  }

  /** Writes at once if no slice ran in this turn of the event loop, else the running slices come to it. */
  flush(): void {
    if (this.#isTurnTaken || this.#isEmpty) return
    this.#isTurnTaken = true
    this.#slice()
    this.#clock.soon(() => this.#nextTurn())
  }

  get #isEmpty(): boolean {
    return this.#next === this.#queue.length
  }

  #nextTurn(): void {
    this.#isTurnTaken = false
    this.flush()
  }

  #slice(): void {
    const until = this.#clock.now() + this.#sliceMs
    for (let done = 1; !this.#isEmpty; done++) {
      const item = this.#queue[this.#next++]
      if (item !== undefined) this.#advanceOne(item)
      // Reading the clock costs a hundredth of a write; every fourth time is often enough.
      if (done % 4 === 0 && this.#clock.now() >= until) break
    }
    this.#compact()
  }

  #advanceOne(item: T): void {
    item.isQueued = false
    this.#advance(item)
  }

  #compact(): void {
    if (this.#isEmpty) this.#queue = []
    else if (this.#next > 1_024 && this.#next * 2 > this.#queue.length) this.#queue = this.#queue.slice(this.#next)
    else return
    this.#next = 0
  }
}
