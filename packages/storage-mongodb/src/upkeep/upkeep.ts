/** What is done beside commits: trimming and erasing, by one process for all. The rest expires by the database's own doing. */

import type { Collections } from '../collections.ts'
import { codeOf } from '../driver-error.ts'
import { WriterSession } from '../commit/writer-session.ts'
import type { MongoLimits } from '../limits.ts'
import { eraseSlice, roomsToErase } from './erase-rooms.ts'
import { forgetSlice } from './forget-rooms.ts'
import { giveUpLease, takeLease } from './lease.ts'
import { trimSlice } from './trim-log.ts'

export interface UpkeepOptions {
  readonly db: Collections
  readonly limits: MongoLimits
  /** This process. */
  readonly owner: string
  readonly onNotice: (line: string) => void
  /** Told each time the database answered. */
  readonly onReached: () => Promise<void> | void
}

export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #session: WriterSession
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  #erasing = 0
  #isAway = false
  #isClosed = false

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#session = new WriterSession(options.db)
    this.#timer = setInterval(() => this.soon(), options.limits.tickMs).unref()
  }

  /** Rooms whose content is still there. */
  get erasing(): number {
    return this.#erasing
  }

  /** Whether the database did not answer when it was last asked. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** Begins now, unless it is at work already. */
  soon(): void {
    if (this.#isClosed || this.#running !== undefined) return
    this.#running = this.#work()
      .catch((error: unknown) => this.#putOff(error))
      .finally(() => (this.#running = undefined))
  }

  /** A room was deleted. */
  eraseSoon(): void {
    this.#erasing = Math.max(1, this.#erasing)
    this.soon()
  }

  /** Looks once whether there is work, so that the status is true from the start. */
  async look(): Promise<void> {
    this.#erasing = await roomsToErase(this.#options.db)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#running
    await this.#session.close()
    await giveUpLease(this.#options.db.db, LEASE, this.#options.owner).catch(() => {}) // it runs out by itself
  }

  #putOff(error: unknown): void {
    this.#isAway = codeOf(error) === 'unavailable'
    this.#options.onNotice(`upkeep is put off: ${error instanceof Error ? error.message : 'unknown'}`)
  }

  async #work(): Promise<void> {
    while ((await this.#isOurs()) && (await this.#doSlice()));
  }

  /** Before each piece of work, however long all of it takes: whether it is this process that does it. */
  async #isOurs(): Promise<boolean> {
    if (this.#isClosed) return false
    const { db, limits, onReached, owner } = this.#options
    const isOurs = await takeLease(db.db, { name: LEASE, owner, forMs: 3 * limits.tickMs + 10_000 })
    this.#isAway = false
    await onReached()
    await this.#session.refresh()
    await this.look()
    return isOurs
  }

  /** @returns whether there may be more */
  async #doSlice(): Promise<boolean> {
    const { db, limits } = this.#options
    const upkept = { db, session: this.#session }
    if (this.#erasing === 0) return (await trimSlice(upkept, limits, new Date())) || forgetSlice(db, limits.trimSlice)
    await eraseSlice(upkept, limits.eraseSlice)
    return true
  }
}

const LEASE = 'upkeep'
