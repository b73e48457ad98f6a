/** One collection of another program's, whose documents become messages. */

import type { Document } from 'mongodb'
import type { Collections } from '../collections.ts'
import type { Found, PostRows } from '../foreign/foreign-row.ts'
import { Lane } from '../foreign/lane.ts'
import type { Passage } from '../foreign/passage.ts'
import { patiently, pause, type Patience } from '../foreign/patiently.ts'
import type { Rank } from '../foreign/rank.ts'
import { adopt } from './adoption.ts'
import { attach } from './attachment-document.ts'
import { findMissed } from './missed.ts'
import { sourceItemOf } from './source-document.ts'
import type { SourceOptions } from './source-options.ts'
import { markRefused, notTaken } from '../foreign/taken.ts'

export interface SourceParts {
  readonly db: Collections
  readonly rank: Rank
  readonly passage: Passage
  readonly source: SourceOptions
  readonly post: PostRows
  readonly onNotice: (line: string) => void
}

const LOOK_MS = 100
const NOTHING: Found = { items: [], isCut: false }

export class Source {
  readonly #parts: SourceParts
  readonly #lane: Lane
  readonly #stopping = new AbortController()
  #looking: Promise<void> = Promise.resolve()
  #adopting: Promise<void> = Promise.resolve()
  readonly #isUnderWay = (sourceId: string) => this.#lane.has(sourceId)
  #isAdoptionDue = false
  #isGap = false
  /** How many there were. */
  #gaps = 0

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
        if (isCut) this.#lookOn()
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

  /** What comes by `inserted` from now on may have been overtaken by what it is not told: it waits for `lookUp`. */
  hold(): void {
    this.#isGap = true
    this.#gaps += 1
    void this.#lane.begin()
  }

  /** Something may have been inserted that `inserted` was not told. */
  lookUp(): void {
    this.#isGap = false
    this.#lookOn()
    if (this.#isAdoptionDue) return
    this.#isAdoptionDue = true
    this.#adopting = Promise.all([this.#looking, this.#adopting]).then(() => this.#adopt())
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await Promise.all([this.#looking, this.#adopting, this.#lane.close()])
  }

  // First what is newest, and nothing that comes now before it.
  #lookOn(): void {
    this.#looking = this.#looking.then(() => patiently(this.#patience(), () => this.#lookUp()))
  }

  async #lookUp(): Promise<void> {
    const { db, passage, source } = this.#parts
    const gaps = this.#isGap ? undefined : this.#gaps
    await this.#lane.hold()
    const { isAdopted } = await attach(db.db, source)
    // Before its first documents are taken over nearly all are missing.
    const told = { untilTold: () => passage.now(this.#stopping.signal), isUnderWay: this.#isUnderWay }
    const { items, isCut } = isAdopted === true ? await findMissed(db, source, told) : NOTHING
    // What was read before or within a gap may lack something: the next look, which is to come, finds that as well.
    if (gaps === this.#gaps) this.#lane.release(items, isCut)
  }

  // Then everything.
  async #adopt(): Promise<void> {
    const { db, post, source } = this.#parts
    const patience = this.#patience()
    const told = { untilTold: () => this.#untilTold(), isUnderWay: this.#isUnderWay }
    this.#isAdoptionDue = false
    await patiently(patience, () => adopt({ ...patience, ...told, db, post, source }))
  }

  async #untilTold(): Promise<void> {
    const { signal } = this.#stopping
    await this.#parts.passage.now(signal)
    // What it has no room for it will look up itself.
    while (!this.#lane.isWhole && !signal.aborted) await pause(LOOK_MS, signal)
  }

  #patience(): Patience {
    const { onNotice, source } = this.#parts
    const onTrouble = (reason: string) => onNotice(`the source “${source.name}” waits: ${reason}`)
    return { signal: this.#stopping.signal, onTrouble }
  }
}
