/** Failures by key: some are free, and after that each makes the next attempt wait longer. */

import { BoundedKeys } from './bounded-keys.ts'
import type { BucketOptions } from './buckets.ts'

export interface StrikeRules {
  /** How many failures cost nothing. */
  readonly free: number
  /** The first delay is a second, each further one twice the one before, up to this. */
  readonly maxDelayMs: number
  /** After how long without failure and delay everything is forgotten. */
  readonly forgetMs: number
}

interface Record {
  failures: number
  /** The last failure, or the end of the delay that it brought. */
  freeAt: number
}

export class Strikes {
  readonly #rules: StrikeRules
  readonly #now: () => number
  readonly #records: BoundedKeys<Record>

  constructor(rules: StrikeRules, { now, maxKeys }: Required<BucketOptions>) {
    this.#rules = rules
    this.#now = now
    this.#records = new BoundedKeys({
      max: maxKeys,
      make: () => ({ failures: 0, freeAt: -Infinity }),
      isIdle: (record) => this.#isForgotten(record),
    })
  }

  get size(): number {
    return this.#records.size
  }

  failures(key: string, isTrusted = false): number {
    const record = this.#records.read(key, isTrusted)
    return this.#isForgotten(record) ? 0 : record.failures
  }

  /** Milliseconds until the next attempt. */
  waitMs(key: string, isTrusted = false): number {
    return Math.max(0, this.#records.read(key, isTrusted).freeAt - this.#now())
  }

  fail(key: string, isTrusted = false): void {
    const record = this.#records.claim(key, isTrusted)
    record.failures = (this.#isForgotten(record) ? 0 : record.failures) + 1
    record.freeAt = this.#now() + delayMs(record.failures - this.#rules.free, this.#rules.maxDelayMs)
  }

  forgive(key: string): void {
    this.#records.forget(key)
  }

  #isForgotten({ freeAt }: Record): boolean {
    return freeAt + this.#rules.forgetMs <= this.#now()
  }
}

/** @param step 0 for the first delay, less for none */
export function delayMs(step: number, max: number): number {
  return step < 0 ? 0 : Math.min(1_000 * 2 ** step, max)
}
