/** Token buckets, one for each key: so many at once, and then as many as come back with time. */

import { BoundedKeys } from './bounded-keys.ts'
import type { Pace } from './pace.ts'

export interface BucketOptions {
  /** Milliseconds that never go back, such as `performance.now`. */
  readonly now: () => number
  /** Of which more is remembered than that nothing was done. */
  readonly maxKeys?: number
}

const MAX_KEYS = 100_000

/** Sums of fractions are not exact. */
const TOLERANCE_MS = 0.001

interface Bucket {
  /** When it is full again, if nothing is taken until then. */
  fullAt: number
}

export class Buckets {
  readonly #now: () => number
  readonly #keys: BoundedKeys<Bucket>
  readonly #intervalMs: number
  readonly #capacityMs: number

  constructor({ burst, count, perMs }: Pace, { now, maxKeys = MAX_KEYS }: BucketOptions) {
    this.#now = now
    this.#intervalMs = perMs / count
    this.#capacityMs = burst * this.#intervalMs
    this.#keys = new BoundedKeys({
      max: maxKeys,
      make: () => ({ fullAt: -Infinity }),
      isIdle: ({ fullAt }) => fullAt <= now(),
    })
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#keys.size
  }

  /** @returns 0 if there is one to take, otherwise the seconds until there is */
  wait(key: string): number {
    return this.#waitOf(this.#keys.read(key))
  }

  /** Takes one, if there is one. @returns as `wait` */
  take(key: string): number {
    const bucket = this.#keys.claim(key)
    const wait = this.#waitOf(bucket)
    if (wait === 0) bucket.fullAt = this.#afterOne(bucket)
    return wait
  }

  /**
   * Takes one even where there is none.
   *
   * @param owed how many may be taken beyond an empty bucket, and be waited for as well
   */
  drain(key: string, owed = 0): void {
    const bucket = this.#keys.claim(key)
    const latest = this.#now() + this.#capacityMs + owed * this.#intervalMs
    bucket.fullAt = Math.min(this.#afterOne(bucket), latest)
  }

  /** How many were taken and have not come back yet. */
  taken(key: string): number {
    return Math.max(0, this.#keys.read(key).fullAt - this.#now()) / this.#intervalMs
  }

  #waitOf(bucket: Bucket): number {
    const waitMs = this.#afterOne(bucket) - this.#now() - this.#capacityMs
    return waitMs <= TOLERANCE_MS ? 0 : waitMs / 1_000
  }

  #afterOne({ fullAt }: Bucket): number {
    return Math.max(fullAt, this.#now()) + this.#intervalMs
  }
}
