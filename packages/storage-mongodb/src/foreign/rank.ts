/**
 * Which of the processes of a site this one is: 0, 1, 2, … Each has a lease for its number and moves down when a lower
 * one is free. Process i leaves foreign rows to the others for a while that grows with i, so that one usually has them.
 */

import { randomUUID } from 'node:crypto'
import type { Db } from 'mongodb'
import { giveUpLease, takeLease } from '../upkeep/lease.ts'

const STEP_MS = 50
const RENEW_MS = 5_000
const LEASE_MS = 15_000
/** Beyond this all wait equally long. */
const HIGHEST = 9

export class Rank {
  readonly #db: Db
  readonly #owner = randomUUID()
  #number = HIGHEST
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(db: Db) {
    this.#db = db
  }

  /** How long this process lets others go first. */
  get delayMs(): number {
    return this.#number * STEP_MS
  }

  /** Resolves when the number is known. */
  start(): Promise<void> {
    this.#timer ??= setInterval(() => void this.#renewSoon(), RENEW_MS).unref()
    return this.#renewSoon()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
    await giveUpLease(this.#db, nameOf(this.#number), this.#owner).catch(() => {}) // it runs out by itself
  }

  #renewSoon(): Promise<void> {
    this.#running = this.#running.then(() => this.#renew())
    return this.#running
  }

  async #renew(): Promise<void> {
    for (let number = 0; number < HIGHEST; number++) {
      const isOurs = await takeLease(this.#db, { name: nameOf(number), owner: this.#owner, forMs: LEASE_MS }).catch(
        () => undefined,
      )
      // Of what cannot be reached nobody takes rows either.
      if (isOurs === undefined) return
      if (isOurs) return this.#moveTo(number)
    }
    this.#number = HIGHEST
  }

  async #moveTo(number: number): Promise<void> {
    const before = this.#number
    this.#number = number
    if (before > number && before < HIGHEST) await giveUpLease(this.#db, nameOf(before), this.#owner).catch(() => {})
  }
}

function nameOf(number: number): string {
  return `foreign ${number}`
}
