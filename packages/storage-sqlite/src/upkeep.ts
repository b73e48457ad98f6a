/** What the writer does beside commits: checkpoints, the position file, trimming, erasing, cleaning. */

import type { DataPaths } from './data-dir.ts'
import { eraseSlice, leftToErase } from './erase.ts'
import type { SqliteLimits } from './limits.ts'
import { writePositionFile } from './position-file.ts'
import type { Statements } from './statements.ts'
import { cleanSlice } from './clean-old.ts'
import { trimSlice } from './trim-log.ts'
import { copyWal, emptyWal } from './wal.ts'
import type { Clock } from './write/run-commit.ts'

const HOUR_MS = 3_600_000
const LATE_MS = 15_000
/** With commits waiting a slice comes no more often than this. */
const SLICE_EVERY_MS = 50

export interface UpkeepParts {
  readonly sql: Statements
  readonly clock: Clock
  readonly paths: DataPaths
  readonly limits: SqliteLimits
  readonly epoch: string
  /** Told when something of the status changed outside of a group. */
  readonly onStatus: () => void
}

export class Upkeep {
  readonly #parts: UpkeepParts
  #erasing: number
  #mayTrim = true
  // Of performance.now(), which no clock that is set wrong moves.
  #redactAt = 0 // when the WAL must be empty; at first, since a process that was killed leaves in it what was taken back
  #cleanAt = 0 // when what has expired is looked for
  #slicedAt = 0
  #written = { position: -1, at: -Infinity } // the position file

  constructor(parts: UpkeepParts) {
    this.#parts = parts
    this.#erasing = leftToErase(parts.sql)
  }

  /** Rooms and users that are not gone yet. */
  get erasing(): number {
    return this.#erasing
  }

  eraseSoon(): void {
    this.#erasing = leftToErase(this.#parts.sql)
  }

  redactSoon(): void {
    this.#redactAt = Math.min(this.#redactAt, performance.now() + this.#parts.limits.redactionMs)
  }

  afterGroup(): void {
    copyWal(this.#parts.sql, this.#parts.limits.walFrames)
    if (this.#position - this.#written.position >= this.#parts.limits.positionEvery) this.#writePosition()
  }

  tick(): void {
    const now = performance.now()
    this.#mayTrim = true
    if (now >= this.#redactAt) this.#redact(now)
    if (now - this.#written.at >= this.#parts.limits.positionMs) this.#writePosition()
  }

  /** One slice of whatever is due. @returns whether there is more */
  step(areCommitsWaiting: boolean): boolean {
    const now = performance.now()
    if (areCommitsWaiting && now - this.#slicedAt < SLICE_EVERY_MS) return false
    this.#slicedAt = now
    return this.#slice()
  }

  /** Whether a transaction of some size reaches the disk. */
  canWrite(): boolean {
    const { sql } = this.#parts
    try {
      sql.run('INSERT OR REPLACE INTO probe (one, filler) VALUES (1, zeroblob(65536))')
      sql.run('DELETE FROM probe')
      return true
    } catch {
      return false
    }
  }

  close(): void {
    emptyWal(this.#parts.sql, 1_000)
    this.#writePosition()
  }

  get #position(): number {
    return this.#parts.clock.next - 1
  }

  #slice(): boolean {
    if (this.#erasing > 0) this.#erase()
    else if (this.#mayTrim) this.#mayTrim = trimSlice(this.#parts.sql, this.#parts.limits, Date.now())
    else if (performance.now() >= this.#cleanAt) this.#clean()
    return this.#erasing > 0 || this.#mayTrim || performance.now() >= this.#cleanAt
  }

  #erase(): void {
    const { sql, limits } = this.#parts
    eraseSlice(sql, limits.eraseSlice)
    this.redactSoon()
    const left = leftToErase(sql)
    if (left === this.#erasing) return
    this.#erasing = left
    this.#parts.onStatus()
  }

  #clean(): void {
    const isMore = cleanSlice(this.#parts.sql, Date.now(), this.#parts.limits.trimSlice)
    if (!isMore) this.#cleanAt = performance.now() + HOUR_MS
  }

  // A reader in the way is given way to, until it would become late.
  #redact(now: number): void {
    const waitMs = now > this.#redactAt + LATE_MS ? 1_000 : 10
    if (emptyWal(this.#parts.sql, waitMs)) this.#redactAt = Infinity
  }

  #writePosition(): void {
    const position = this.#position
    if (position !== this.#written.position)
      writePositionFile(this.#parts.paths.position, { epoch: this.#parts.epoch, position })
    this.#written = { position, at: performance.now() }
  }
}
