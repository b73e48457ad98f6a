/**
 * The changes as the change stream brings them, in dense order. What it did not bring is read from the log by those who
 * follow, before anything behind it (DL2).
 */

import { Feed, type ReadLog } from '@suda/core/storage/adapting'
import { AnotherLogError, type LogHead } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import type { Document } from 'mongodb'
import { changeIn } from './change-documents.ts'

const CHECK_MS = 15_000

/** A server that no longer leads the replica set may show an older log for so long. */
const STRANGE_FOR_MS = 20_000

export interface MongoFeedOptions {
  readonly changesAfter: ReadLog
  /** Of what a majority has. */
  readonly readHead: () => Promise<Pick<LogHead, 'epoch' | 'position'>>
  /** How often the head is read all the same. */
  readonly checkMs?: number
  readonly strangeForMs?: number
}

export class MongoFeed {
  readonly #options: MongoFeedOptions
  readonly #feed: Feed
  readonly #checks: NodeJS.Timeout
  #isChecking = false
  #epoch: string | undefined
  #last = 0
  #lagMs = 0
  #strangeSince: number | undefined

  constructor(options: MongoFeedOptions) {
    this.#options = options
    this.#feed = new Feed(options.changesAfter)
    // No stream is trusted for longer: what it kept back is noticed, and that the log is another one.
    this.#checks = setInterval(() => void this.#check(), options.checkMs ?? CHECK_MS).unref()
  }

  /** The log is known to go to here. */
  get position(): number {
    return this.#last
  }

  /** How long the newest change took from its commit to here. */
  get lagMs(): number {
    return this.#lagMs
  }

  after(position: number): AsyncGenerator<readonly CommittedChange[]> {
    return this.#feed.after(position)
  }

  /** What was inserted into `changes`. Who reads it from a hole on reads what is missing from the log first. */
  take(documents: readonly Document[]): void {
    let run: CommittedChange[] = []
    for (const document of documents) {
      const change = changeIn(document)
      if (change.position <= this.#last) continue
      if (change.position > this.#last + 1) {
        this.#push(run)
        run = []
      }
      run.push(change)
      this.#last = change.position
    }
    this.#push(run)
  }

  /** The log may hold more than the stream has told of. */
  async catchUp(): Promise<void> {
    const seen = this.#last
    const head = await this.#options.readHead()
    this.#epoch ??= head.epoch
    if (head.epoch !== this.#epoch || head.position < seen) return this.#suspect(head, seen)
    this.#strangeSince = undefined
    if (head.position <= this.#last) return
    this.#last = head.position
    this.#feed.startFrom(head.position)
  }

  end(error?: Error): void {
    clearInterval(this.#checks)
    this.#feed.end(error)
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return
    this.#isChecking = true
    // A database that cannot be read is told of by others.
    await this.catchUp().catch(() => undefined)
    this.#isChecking = false
  }

  #push(run: readonly CommittedChange[]): void {
    const newest = run.at(-1)
    if (newest === undefined) return
    this.#lagMs = Math.max(0, Date.now() - newest.at)
    this.#feed.push(run)
  }

  #suspect({ epoch, position }: Pick<LogHead, 'epoch' | 'position'>, seen: number): void {
    const error = new AnotherLogError(`the log ends at ${position} of ${epoch}, but ${seen} of ${this.#epoch} was seen`)
    this.#strangeSince ??= performance.now()
    if (performance.now() - this.#strangeSince < (this.#options.strangeForMs ?? STRANGE_FOR_MS)) throw error
    this.end(error)
  }
}
