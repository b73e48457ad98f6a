/** What is done beside commits: trimming and erasing, by one process for all. The rest expires by the database's own doing. */

import type { Collections } from '../collections.ts'
import { codeOf } from '../driver-error.ts'
import { WriterSession } from '../commit/writer-session.ts'
import type { MongoLimits } from '../limits.ts'
import { eraseSlice, roomsToErase } from './erase-rooms.ts'
import { eraseUserSlice, usersToErase } from './erase-users.ts'
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

interface Erasing {
  readonly rooms: number
  readonly users: number
}

export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #session: WriterSession
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  #erasing: Erasing = { rooms: 0, users: 0 }
  /** How often something was deleted here, and how much of that the last look has seen. */
  #deleted = 0
  #seen = 0
  #isAway = false
  #isClosed = false

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#session = new WriterSession(options.db)
    this.#timer = setInterval(() => this.soon(), options.limits.tickMs).unref()
  }

  /** Rooms whose content is still there, and users whose names are. */
  get erasing(): number {
    const { rooms, users } = this.#erasing
    return Math.max(rooms + users, this.#isDue ? 1 : 0)
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

  /** A room or a user was deleted. */
  eraseSoon(): void {
    this.#deleted++
    this.soon()
  }

  /** Looks once whether there is work, so that the status is true from the start. */
  async look(): Promise<void> {
    const { db } = this.#options
    const deleted = this.#deleted
    const [rooms, users] = await Promise.all([roomsToErase(db), usersToErase(db)])
    this.#erasing = { rooms, users }
    this.#seen = deleted
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#running
    await this.#session.close()
    await giveUpLease(this.#options.db.db, LEASE, this.#options.owner).catch(() => {}) // it runs out by itself
  }

  get #isDue(): boolean {
    return this.#deleted > this.#seen
  }

  #putOff(error: unknown): void {
    this.#isAway = codeOf(error) === 'unavailable'
    this.#options.onNotice(`upkeep is put off: ${error instanceof Error ? error.message : 'unknown'}`)
  }

  async #work(): Promise<void> {
    while ((await this.#isOurs()) && ((await this.#doSlice()) || this.#isDue));
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
    const { rooms, users } = this.#erasing
    if (rooms + users === 0) return (await trimSlice(upkept, limits, new Date())) || forgetSlice(db, limits.trimSlice)
    if (rooms > 0) await eraseSlice(upkept, limits.eraseSlice)
    if (users > 0) await eraseUserSlice(upkept, limits.eraseSlice)
    return true
  }
}

const LEASE = 'upkeep'
