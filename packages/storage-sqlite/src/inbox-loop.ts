/**
 * Looks into the inbox when something happened to it, has its rows posted, and settles them when it is quiet: another
 * program's commit fails at once on any lock of ours unless its author thought of a timeout, so we hold few and short ones.
 */

import { watch, type FSWatcher } from 'node:fs'
import { messageOfError, sqliteCode } from './driver-error.ts'
import { InboxFile, type PendingRow } from './inbox-file.ts'
import type { FromInbox, InboxOutcome } from './inbox-messages.ts'

const ROWS = 50
const BUSY_MS = 20 // pause between looks while something happens
const IDLE_MS = 500 // file events can be lost
const BUSY_FOR_MS = 1_500 // after the last event or row
const QUIET_MS = 1_000 // nobody wrote for so long: a good moment for our own transaction
const UNSETTLED = 500
const UNSETTLED_FOR_MS = 30_000
const TIMESTAMP_MS = 20 // a second write so soon may leave the file's time as it was

export class InboxLoop {
  readonly #path: string
  readonly #post: (message: FromInbox) => void
  #file: InboxFile | undefined
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #busyUntil = 0 // of performance.now(), as the times below: a clock that is set back must not hold up the inbox
  #pauseUntil = 0
  #isPosting = false // nothing else is read until the main thread answered
  #readAt: number | undefined // the file's time as of the last read
  #unsettled: InboxOutcome[] = []
  #unsettledSince = 0
  #trouble = ''

  constructor(path: string, post: (message: FromInbox) => void) {
    this.#path = path
    this.#post = post
  }

  look(): void {
    clearTimeout(this.#timer)
    try {
      if (!this.#isPosting && performance.now() >= this.#pauseUntil) this.#step()
    } catch (error) {
      this.#tell(error)
    }
    this.#timer = setTimeout(() => this.look(), performance.now() < this.#busyUntil ? BUSY_MS : IDLE_MS)
  }

  /** What became of the rows; of those without an outcome nothing, for now. */
  take(outcomes: readonly InboxOutcome[], rows: number): void {
    this.#isPosting = false
    this.#readAt = undefined // there may be more
    this.#keep(outcomes)
    if (outcomes.length < rows) this.#pauseUntil = performance.now() + IDLE_MS
    this.look()
  }

  close(): void {
    clearTimeout(this.#timer)
    try {
      this.#settle()
    } catch {
      // They are known as posted when they come again.
    }
    this.#letGo()
  }

  #step(): void {
    const { file, changedAt } = this.#open()
    if (changedAt !== this.#readAt) this.#read(file, changedAt)
    if (!this.#isPosting && this.#isTimeToSettle(changedAt)) this.#settle()
    this.#trouble = ''
  }

  #read(file: InboxFile, changedAt: number): void {
    const isFinal = Date.now() - changedAt >= TIMESTAMP_MS
    const rows = file.pending(
      ROWS,
      this.#unsettled.map((outcome) => outcome.id),
    )
    this.#readAt = isFinal ? changedAt : undefined
    this.#keep(rows.filter((row) => row.isOversized).map(({ id }) => ({ id, error: 'payload_too_large' })))
    const fit = rows.filter((row) => !row.isOversized)
    if (rows.length === ROWS && fit.length === 0) this.#readAt = undefined
    if (fit.length > 0) this.#hand(fit)
  }

  #hand(rows: readonly PendingRow[]): void {
    this.#isPosting = true
    this.#post({ type: 'rows', rows })
  }

  #keep(outcomes: readonly InboxOutcome[]): void {
    if (outcomes.length === 0) return
    if (this.#unsettled.length === 0) this.#unsettledSince = performance.now()
    this.#unsettled.push(...outcomes)
    this.#busyUntil = performance.now() + BUSY_FOR_MS
  }

  #isTimeToSettle(changedAt: number): boolean {
    if (this.#unsettled.length === 0) return false
    if (this.#unsettled.length >= UNSETTLED || performance.now() - this.#unsettledSince > UNSETTLED_FOR_MS) return true
    return Date.now() - changedAt > QUIET_MS
  }

  #settle(): void {
    if (this.#unsettled.length > 0) this.#file?.settle(this.#unsettled)
    this.#unsettled = []
  }

  /** The file as it is now, made anew where it was deleted. */
  #open(): { file: InboxFile; changedAt: number } {
    const changedAt = this.#file?.changedAt()
    if (this.#file !== undefined && changedAt !== undefined) return { file: this.#file, changedAt }
    this.#letGo()
    const file = new InboxFile(this.#path)
    this.#file = file
    this.#watcher = watch(this.#path, () => {
      this.#busyUntil = performance.now() + BUSY_FOR_MS
      this.look()
    })
    this.#watcher.on('error', () => this.#letGo())
    return { file, changedAt: file.changedAt() ?? 0 }
  }

  #letGo(): void {
    this.#watcher?.close()
    this.#file?.close()
    this.#file = undefined
    this.#readAt = undefined
    this.#unsettled = [] // another file has other rows
  }

  // A lock of somebody else is no trouble: we look again in a moment. The rest is told once.
  #tell(error: unknown): void {
    const code = (sqliteCode(error) ?? 0) & 0xff
    if (code === 5 || code === 6) return
    this.#letGo()
    const reason = messageOfError(error)
    if (reason === this.#trouble) return
    this.#trouble = reason
    this.#post({ type: 'notice', line: `the inbox ${this.#path} cannot be read, will try again: ${reason}` })
  }
}
