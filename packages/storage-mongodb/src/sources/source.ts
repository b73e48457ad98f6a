/** One collection of another program's, whose documents become messages. */

import type { Document } from 'mongodb'
import type { Collections } from '../collections.ts'
import type { PostRow } from '../foreign/foreign-row.ts'
import { Lane } from '../foreign/lane.ts'
import { patiently, type Patience } from '../foreign/patiently.ts'
import type { Rank } from '../foreign/rank.ts'
import { adopt } from './adoption.ts'
import { attach } from './attachment-document.ts'
import { findMissed } from './missed.ts'
import { sourceItemOf } from './source-document.ts'
import type { SourceOptions } from './source-options.ts'
import { markRefused, notTaken } from './taken.ts'

export interface SourceParts {
  readonly db: Collections
  readonly rank: Rank
  readonly source: SourceOptions
  readonly post: PostRow
  readonly onNotice: (line: string) => void
}

export class Source {
  readonly #parts: SourceParts
  readonly #lane: Lane
  readonly #stopping = new AbortController()
  #looking: Promise<void> = Promise.resolve()
  #adopting: Promise<void> = Promise.resolve()

  constructor(parts: SourceParts) {
    const { db, onNotice, post, rank, source } = parts
    this.#parts = parts
    this.#lane = new Lane({
      name: `the source “${source.name}”`,
      delayMs: () => rank.delayMs,
      waiting: (items) => notTaken(db, source.name, items),
      post,
      settle: (settled) => markRefused(db, settled),
      onNotice,
      onEmpty: (isCut) => {
        if (isCut) this.lookUp()
      },
    })
  }

  get collection(): string {
    return this.#parts.source.collection
  }

  /** What was inserted, in order. */
  inserted(documents: readonly Document[]): void {
    this.#lane.push(documents.map((document) => sourceItemOf(document, this.#parts.source)))
  }

  /** Something may have been inserted that `inserted` was not told. */
  lookUp(): void {
    this.#looking = this.#looking.then(() => patiently(this.#patience(), () => this.#lookUp()))
    const adopting = this.#adopting
    this.#adopting = this.#looking.then(() => adopting).then(() => patiently(this.#patience(), () => this.#adopt()))
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await Promise.all([this.#looking, this.#adopting, this.#lane.close()])
  }

  // First what is newest, and nothing that comes now before it.
  async #lookUp(): Promise<void> {
    const { db, source } = this.#parts
    await this.#lane.hold()
    const { isAdopted } = await attach(db.db, source)
    this.#lane.release(isAdopted === true ? await findMissed(db, source) : [])
  }

  // Then everything.
  async #adopt(): Promise<void> {
    const { db, post, source } = this.#parts
    await adopt({ ...this.#patience(), db, post, source, isUnderWay: (sourceId) => this.#lane.has(sourceId) })
  }

  #patience(): Patience {
    const { onNotice, source } = this.#parts
    const onTrouble = (reason: string) => onNotice(`the source “${source.name}” waits: ${reason}`)
    return { signal: this.#stopping.signal, onTrouble }
  }
}
