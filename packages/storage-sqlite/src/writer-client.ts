/** The main thread's end of the writer: sends commands in bunches, passes on its answers, and starts a dead thread again. */

import type { CommitOptions, Committed, Draft, LogHead, StorageStatus } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import type { Worker } from 'node:worker_threads'
import { SqliteOpenError } from './open-error.ts'
import { PendingCommits, unavailable } from './pending-commits.ts'
import { startThread } from './start-thread.ts'
import type { CommitRequest, FromWriter, Outcome, ToWriter, WriterData, WriterStatus } from './writer-messages.ts'

export interface WriterEvents {
  /** In the order of the log; called before the commits resolve. */
  readonly onChanges: (changes: readonly CommittedChange[]) => void
  /** The writer is there (again); the log may have gone further than was told. */
  readonly onReady: (head: LogHead) => void
  /** The writer died: what was told is all that can be told for now. */
  readonly onLost: (reason: string) => void
  readonly onNotice: (line: string) => void
  /** Which of the commands without an answer are durable, in the order of the log. */
  readonly storedAfterAll: (isWaiting: (serial: number) => boolean) => { serial: number; committed: Committed }[]
}

const FIRST_PAUSE_MS = 50
/** Commands that are sent without waiting for more. */
const AHEAD = 16

export class WriterClient {
  readonly #data: Omit<WriterData, 'isRestart'>
  readonly #events: WriterEvents
  readonly #pending = new PendingCommits()
  #worker: Worker | undefined
  #outbox: CommitRequest[] = []
  #isRestart = false
  #pauseMs = FIRST_PAUSE_MS
  #restart: NodeJS.Timeout | undefined
  #closing: Promise<void> | undefined
  #status: StorageStatus = { erasing: 0, feedLagMs: 0, commits: { groups: 0, commands: 0, seconds: 0 } }

  constructor(data: Omit<WriterData, 'isRestart'>, events: WriterEvents) {
    this.#data = data
    this.#events = events
  }

  get status(): StorageStatus {
    return this.#status
  }

  /** @throws SqliteOpenError if the thread refuses the database */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = startThread('writer', { ...this.#data, isRestart: this.#isRestart })
      let end = new SqliteOpenError('unreachable', 'the writer thread ended')
      worker.on('message', (message: FromWriter) => {
        if (message.type === 'refused') end = new SqliteOpenError(message.kind, message.reason)
        if (message.type === 'ready') this.#worker = worker
        this.#receive(message)
        if (message.type === 'ready') resolve()
      })
      worker.on('error', (error: Error) => (end = new SqliteOpenError('unreachable', error.message, { cause: error })))
      worker.on('exit', () => (this.#worker === worker ? this.#lost(end.message) : reject(end)))
    })
  }

  commit(drafts: readonly Draft[], options: CommitOptions): Promise<Committed> {
    if (this.#worker === undefined || this.#closing !== undefined) {
      return Promise.reject(unavailable('the writer is not running'))
    }
    return this.#pending.add((serial) => this.#sendSoon({ serial, drafts, options }))
  }

  /** Running commits are settled before; later ones are refused. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #close(): Promise<void> {
    clearTimeout(this.#restart)
    const worker = this.#worker
    if (worker === undefined) return Promise.resolve()
    this.#flush()
    return new Promise((resolve) => {
      worker.on('exit', () => resolve())
      this.#send({ type: 'close' })
    })
  }

  // One message for all that arrive in this turn of the event loop: their commits share an fsync. A part of them goes
  // ahead, so that the writer works while the others are still being made.
  #sendSoon(request: CommitRequest): void {
    this.#outbox.push(request)
    if (this.#outbox.length >= AHEAD) this.#flush()
    else if (this.#outbox.length === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    if (this.#outbox.length === 0) return
    this.#send({ type: 'commit', requests: this.#outbox })
    this.#outbox = []
  }

  #send(message: ToWriter): void {
    this.#worker?.postMessage(message)
  }

  #receive(message: FromWriter): void {
    switch (message.type) {
      case 'ready':
        this.#pauseMs = FIRST_PAUSE_MS
        this.#status = { ...this.#status, erasing: message.erasing }
        return this.#events.onReady(message.head)
      case 'notice':
        return this.#events.onNotice(message.line)
      case 'status':
        return this.#setStatus(message.status)
      case 'group':
        this.#setStatus(message.status, Math.max(0, Date.now() - message.committedAt))
        this.#count(message)
        return this.#settle(message.outcomes)
      case 'refused':
      case 'closed':
        return
    }
  }

  #setStatus({ fault, erasing }: WriterStatus, feedLagMs = this.#status.feedLagMs): void {
    const { commits } = this.#status
    this.#status = { erasing, feedLagMs, commits, ...(fault !== undefined && { fault }) }
  }

  #count({ outcomes, tookMs }: Extract<FromWriter, { type: 'group' }>): void {
    const { groups, commands, seconds } = this.#status.commits
    const commits = { groups: groups + 1, commands: commands + outcomes.length, seconds: seconds + tookMs / 1_000 }
    this.#status = { ...this.#status, commits }
  }

  #settle(outcomes: readonly Outcome[]): void {
    const changes = outcomes.flatMap((one) => (one.ok && !one.committed.repeated ? one.committed.changes : []))
    if (changes.length > 0) this.#events.onChanges(changes)
    this.#pending.settle(outcomes)
  }

  // What is durable is told before the feed ends; of the rest nothing is stored, and nothing ever will be (ST3).
  #lost(reason: string): void {
    this.#worker = undefined
    this.#outbox = []
    this.#settle(this.#durable())
    if (this.#closing === undefined) {
      this.#setStatus({ fault: 'unavailable', erasing: this.#status.erasing })
      this.#startLater()
      this.#events.onLost(reason)
    }
    this.#pending.rejectAll(unavailable(reason))
  }

  #durable(): Outcome[] {
    if (this.#pending.isEmpty) return []
    try {
      const stored = this.#events.storedAfterAll((serial) => this.#pending.has(serial))
      return stored.map(({ serial, committed }) => ({ serial, ok: true, committed }))
    } catch {
      return [] // the database cannot even be read: then nobody is told anything
    }
  }

  #startLater(): void {
    this.#isRestart = true
    this.#restart = setTimeout(() => {
      this.open().catch(() => this.#startLater())
    }, this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, this.#data.limits.restartMs)
  }
}
