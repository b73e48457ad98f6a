/**
 * The changes as the change stream brings them, in dense order. What it did not bring is read from the log by those who
 * follow, before anything behind it (DL2).
 */

import { Feed, type ReadLog } from '@suda/core/storage/adapting'
import type { LogHead } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import type { Document } from 'mongodb'
import { changesIn } from './change-documents.ts'

export interface MongoFeedOptions {
  readonly changesAfter: ReadLog
  /** Of majority-committed changes. */
  readonly readHead: () => Promise<LogHead>
}

export class MongoFeed {
  readonly #feed: Feed
  readonly #readHead: () => Promise<LogHead>
  #epoch: string | undefined
  #last = 0
  #lagMs = 0

  constructor({ changesAfter, readHead }: MongoFeedOptions) {
    this.#feed = new Feed(changesAfter)
    this.#readHead = readHead
  }

  /** Of the newest change that was passed on. */
  get position(): number {
    return this.#last
  }

  /** How long the newest change took from its commit to here. */
  get lagMs(): number {
    return this.#lagMs
  }

  /** What was inserted into `changes`. */
  take(documents: readonly Document[]): void {
    for (const run of denseRuns(changesIn(documents))) {
      const fresh = run.filter(({ position }) => position > this.#last)
      const newest = fresh.at(-1)
      if (newest === undefined) continue
      this.#last = newest.position
      this.#lagMs = Math.max(0, Date.now() - newest.at)
      this.#feed.push(fresh)
    }
  }

  /** The stream may have missed what the log has up to here. */
  async catchUp(): Promise<void> {
    const seen = this.#last
    const { epoch, position } = await this.#readHead()
    this.#epoch ??= epoch
    if (epoch !== this.#epoch || position < seen) {
      throw new Error(`the log ends at ${position} in epoch ${epoch}, not at ${seen} in ${this.#epoch}`)
    }
    if (position <= this.#last) return
    this.#last = position
    this.#feed.startFrom(position)
  }

  after(position: number): AsyncGenerator<readonly CommittedChange[]> {
    return this.#feed.after(position)
  }

  end(error?: Error): void {
    this.#feed.end(error)
  }
}

/** Nearly always one. */
function denseRuns(changes: readonly CommittedChange[]): (readonly CommittedChange[])[] {
  const runs: (readonly CommittedChange[])[] = []
  let from = 0
  changes.forEach(({ position }, index) => {
    const next = changes[index + 1]
    if (next?.position === position + 1) return
    runs.push(changes.slice(from, index + 1))
    from = index + 1
  })
  return runs
}
