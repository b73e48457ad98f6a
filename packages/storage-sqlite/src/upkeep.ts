/** What the writer does beside commits: checkpoints, the position file, trimming, erasing, cleaning. */

import type { DataPaths } from './data-dir.ts'
import { eraseSlice, roomsToErase } from './erase-rooms.ts'
import type { SqliteLimits } from './limits.ts'
import { writePositionFile } from './position-file.ts'
import type { Statements } from './statements.ts'
import { cleanOld } from './clean-old.ts'
import { trimSlice } from './trim-log.ts'
import { copyWal, emptyWal } from './wal.ts'
import type { Clock } from './write/run-commit.ts'

const HOUR_MS = 3_600_000

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
  #redactAt = Infinity // ms; when the WAL must be empty
  #cleanAt = 0
  #written = { position: -1, at: 0 } // the position file

  constructor(parts: UpkeepParts) {
    this.#parts = parts
    this.#erasing = roomsToErase(parts.sql)
  }

  /** Rooms whose content is still there. */
  get erasing(): number {
    return this.#erasing
  }

  eraseSoon(): void {
    this.#erasing = roomsToErase(this.#parts.sql)
  }

  redactSoon(): void {
    this.#redactAt = Math.min(this.#redactAt, Date.now() + this.#parts.limits.redactionMs)
  }

  afterGroup(): void {
    copyWal(this.#parts.sql, this.#parts.limits.walFrames)
    if (this.#position - this.#written.position >= this.#parts.limits.positionEvery) this.#writePosition()
  }

  tick(): void {
    const now = Date.now()
    this.#mayTrim = true
    if (now >= this.#redactAt && emptyWal(this.#parts.sql)) this.#redactAt = Infinity
    if (now >= this.#cleanAt) this.#clean(now)
    if (now - this.#written.at >= this.#parts.limits.positionMs) this.#writePosition()
  }

  /** One slice of whatever is due. @returns whether there is more */
  step(): boolean {
    if (this.#erasing > 0) this.#erase()
    else if (this.#mayTrim) this.#mayTrim = trimSlice(this.#parts.sql, this.#parts.limits, Date.now())
    return this.#erasing > 0 || this.#mayTrim
  }

  /** Whether a transaction of some size reaches the disk. */
  canWrite(): boolean {
    const { sql } = this.#parts
    try {
      sql.run('INSERT INTO probe (one, filler) VALUES (1, zeroblob(65536))')
      sql.run('DELETE FROM probe')
      return true
    } catch {
      return false
    }
  }

  close(): void {
    emptyWal(this.#parts.sql)
    this.#writePosition()
  }

  get #position(): number {
    return this.#parts.clock.next - 1
  }

  #erase(): void {
    const { sql, limits } = this.#parts
    eraseSlice(sql, limits.eraseSlice)
    this.redactSoon()
    const left = roomsToErase(sql)
    if (left === this.#erasing) return
    this.#erasing = left
    this.#parts.onStatus()
  }

  #clean(now: number): void {
    this.#cleanAt = now + HOUR_MS
    cleanOld(this.#parts.sql, now)
  }

  #writePosition(): void {
    const position = this.#position
    if (position !== this.#written.position)
      writePositionFile(this.#parts.paths.position, { epoch: this.#parts.epoch, position })
    this.#written = { position, at: Date.now() }
  }
}
