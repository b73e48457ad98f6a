/**
 * The newest changes of the site in order, so that whoever was away for a moment is served without the database.
 * Positions are dense (DL2), so a slot is found by its number alone.
 */

import type { CommittedChange } from '@suda/protocol'
import type { Slot } from './slot.ts'

export interface RingLimits {
  readonly maxCount: number
  readonly maxBytes: number
  readonly maxAgeMs: number
}

export class Ring {
  readonly #limits: RingLimits
  /** Position p lies at p modulo the length, which is a power of two. */
  #places: (Slot | undefined)[] = Array.from({ length: 1_024 }, () => undefined)
  #first: number
  #last: number
  #bytes = 0
  #rewrites = 0

  /** @param last position of the newest change that readers may already have; 0 in an empty log */
  constructor(limits: RingLimits, last: number) {
    this.#limits = limits
    this.#first = last + 1
    this.#last = last
  }

  /** Position of the newest change. */
  get last(): number {
    return this.#last
  }

  /** Position of the oldest change that is still here; `last + 1` when there is none. */
  get first(): number {
    return this.#first
  }

  get count(): number {
    return this.#last - this.#first + 1
  }

  get bytes(): number {
    return this.#bytes
  }

  /** How often a slot was rewritten: what was made of slots before is stale after. */
  get rewrites(): number {
    return this.#rewrites
  }

  /**
   * Appends the next change and lets go of what exceeds the limits.
   * @throws RangeError if it is not the next one: the caller reads the log first (DL2)
   */
  push(slot: Slot): void {
    if (slot.position !== this.#last + 1) throw new RangeError(`expected ${this.#last + 1}, got ${slot.position}`)
    if (this.count === this.#places.length) this.#grow()
    this.#last = slot.position
    this.#places[this.#place(slot.position)] = slot
    this.#bytes += slot.bytes
    this.#evict(slot.at)
  }

  /** Forgets everything: the next change is the one after `last`. */
  restart(last: number): void {
    this.#places.fill(undefined)
    this.#first = last + 1
    this.#last = last
    this.#bytes = 0
  }

  /** Whether everything after `position` is still here. */
  covers(position: number): boolean {
    return position >= this.#first - 1 && position <= this.#last
  }

  get(position: number): Slot | undefined {
    if (position < this.#first || position > this.#last) return undefined
    return this.#places[this.#place(position)]
  }

  /** DL2a: puts what is left of a change in its place; nothing happens if it has left already. */
  rewrite(position: number, next: (change: CommittedChange) => CommittedChange): void {
    const slot = this.get(position)
    if (slot === undefined) return
    this.#bytes -= slot.bytes
    slot.rewrite(next(slot.change))
    this.#bytes += slot.bytes
    this.#rewrites++
  }

  /** The same for each that `next` answers another one for. */
  rewriteEach(next: (change: CommittedChange) => CommittedChange): void {
    for (let position = this.#first; position <= this.#last; position++) {
      const change = this.get(position)?.change
      const left = change && next(change)
      if (left !== undefined && left !== change) this.rewrite(position, () => left)
    }
  }

  #evict(now: number): void {
    const { maxCount, maxBytes, maxAgeMs } = this.#limits
    for (;;) {
      const oldest = this.get(this.#first)
      if (oldest === undefined) return
      if (this.count <= maxCount && this.#bytes <= maxBytes && now - oldest.at <= maxAgeMs) return
      this.#places[this.#place(this.#first)] = undefined
      this.#bytes -= oldest.bytes
      this.#first++
    }
  }

  #grow(): void {
    const places: (Slot | undefined)[] = Array.from({ length: this.#places.length * 2 }, () => undefined)
    for (let position = this.#first; position <= this.#last; position++) {
      places[position % places.length] = this.get(position)
    }
    this.#places = places
  }

  #place(position: number): number {
    return position % this.#places.length
  }
}
