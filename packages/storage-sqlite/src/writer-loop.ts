/**
 * The writer's life: takes all commands that are queued, commits them as one group, answers, and only then does what can
 * wait (checkpoints, slices of the background jobs), so that an answer never waits for them.
 */

import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { commitGroup } from './commit-group.ts'
import { messageOfError } from './driver-error.ts'
import type { HeldFiles } from './held-files.ts'
import type { Clock } from './write/run-commit.ts'
import type { CommitRequest, FromWriter, ToWriter, WriterStatus } from './writer-messages.ts'
import type { Statements } from './statements.ts'
import type { Upkeep } from './upkeep.ts'

export interface LoopParts {
  readonly port: MessagePort
  readonly sql: Statements
  readonly clock: Clock
  readonly upkeep: Upkeep
  readonly files: HeldFiles
  readonly groupSize: number
}

export class WriterLoop {
  readonly #parts: LoopParts
  #queue: CommitRequest[] = []
  #isScheduled = false
  #isClosing = false
  #fault: WriterStatus['fault']
  #trouble = '' // told already

  constructor(parts: LoopParts, fault: WriterStatus['fault']) {
    this.#parts = parts
    this.#fault = fault
    parts.port.on('message', (message: ToWriter) => this.#take(message))
  }

  /** What is due by time; also shows whether the disk takes writes again. */
  tick(): void {
    const { files, upkeep } = this.#parts
    if (!files.areThere) this.#setFault('unavailable')
    else if (this.#fault !== undefined && upkeep.canWrite()) this.#setFault(undefined)
    this.#tend(() => {
      files.assertThere()
      upkeep.tick()
    })
    this.#schedule()
  }

  tellStatus(): void {
    this.#post({ type: 'status', status: this.#status() })
  }

  #take(message: ToWriter): void {
    this.#enqueue(message)
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#enqueue(next.message)
    if (!this.#isScheduled) this.#turn()
  }

  // The main thread sends nothing else through this port.
  #next(): { message: ToWriter } | undefined {
    return receiveMessageOnPort(this.#parts.port)
  }

  #enqueue(message: ToWriter): void {
    if (message.type === 'close') this.#isClosing = true
    else this.#queue.push(...message.requests)
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#turn()
    })
  }

  #turn(): void {
    if (this.#queue.length > 0) this.#commit(this.#queue.splice(0, this.#parts.groupSize))
    else if (this.#isClosing) return this.#close()
    const hasMore = this.#tend(() => this.#parts.upkeep.step(this.#queue.length > 0))
    if (hasMore || this.#queue.length > 0 || this.#isClosing) this.#schedule()
  }

  #commit(requests: CommitRequest[]): void {
    const { sql, clock, files, upkeep } = this.#parts
    const before = clock.next
    const startedAt = performance.now()
    const group = commitGroup(requests, sql, clock, () => files.assertThere())
    const tookMs = performance.now() - startedAt
    const committedAt = Date.now()
    // A group of refusals alone has written nothing and proves nothing.
    if (group.lost !== undefined || clock.next > before) this.#fault = group.lost
    if (group.erases) upkeep.eraseSoon()
    this.#post({ type: 'group', outcomes: group.outcomes, committedAt, tookMs, status: this.#status() })
    if (group.redacts) upkeep.redactSoon()
    this.#tend(() => upkeep.afterGroup())
  }

  // Work in the background that fails (a full disk) is tried again at the next tick; commands tell for themselves.
  #tend(work: () => boolean | void): boolean {
    try {
      const hasMore = work() === true
      this.#trouble = ''
      return hasMore
    } catch (error) {
      const reason = messageOfError(error)
      if (reason !== this.#trouble)
        this.#post({ type: 'notice', line: `storage upkeep failed, will try again: ${reason}` })
      this.#trouble = reason
      return false
    }
  }

  #setFault(fault: WriterStatus['fault']): void {
    if (this.#fault === fault) return
    this.#fault = fault
    this.tellStatus()
  }

  #status(): WriterStatus {
    return { fault: this.#fault, erasing: this.#parts.upkeep.erasing }
  }

  #close(): void {
    const { port, sql, upkeep } = this.#parts
    this.#tend(() => upkeep.close())
    sql.db.close()
    this.#post({ type: 'closed' })
    port.close()
  }

  #post(message: FromWriter): void {
    this.#parts.port.postMessage(message)
  }
}
