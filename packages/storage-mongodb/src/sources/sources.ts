/** The collections of other programs. */

import type { Document } from 'mongodb'
import type { Collections } from '../collections.ts'
import type { PostRows } from '../foreign/foreign-row.ts'
import { idText } from '../foreign/id-text.ts'
import type { Passage } from '../foreign/passage.ts'
import type { Rank } from '../foreign/rank.ts'
import { attach } from './attachment-document.ts'
import { adopt, type Adoption } from './adoption.ts'
import type { Progress } from './look-through.ts'
import type { SourceOptions } from './source-options.ts'
import { Source } from './source.ts'

export interface SourcesOptions {
  readonly db: Collections
  readonly rank: Rank
  readonly passage: Passage
  readonly sources: readonly SourceOptions[]
  readonly onNotice: (line: string) => void
}

export class Sources {
  readonly #options: SourcesOptions
  /** By collection, what was inserted since this process began to adopt it: servers have it under way. */
  readonly #told = new Map<string, Set<string>>()
  #sources: readonly Source[] = []

  constructor(options: SourcesOptions) {
    this.#options = options
  }

  /**
   * From now on every document is posted: as old and silent what was there before its source was met, and what was
   * missed since.
   */
  async start(post: PostRows): Promise<void> {
    const { sources, ...shared } = this.#options
    if (sources.length === 0 || this.#sources.length > 0) return
    await shared.rank.start()
    for (const source of sources) await attach(shared.db.db, source)
    this.#sources = sources.map((source) => new Source({ ...shared, source, post }))
    this.lookUp()
  }

  /** The same for one of them, to its end, and again for what was refused. @returns undefined: there is none of that name */
  async adopt(
    name: string,
    adoption: Pick<Adoption, 'post' | 'signal' | 'onProgress' | 'onTrouble'>,
  ): Promise<Progress | undefined> {
    const { db, passage, sources } = this.#options
    const source = sources.find((one) => one.name === name)
    if (source === undefined) return undefined
    const told = new Set<string>()
    this.#told.set(source.collection, told)
    const untilTold = () => passage.now(adoption.signal)
    const isUnderWay = (sourceId: string) => told.has(sourceId)
    const onWaiting = () => adoption.onTrouble('another process is at it')
    return adopt({ ...adoption, onWaiting, untilTold, isUnderWay, db, source, isRetry: true })
  }

  inserted(collection: string, documents: readonly Document[]): void {
    for (const { _id: id } of documents) this.#told.get(collection)?.add(idText(id))
    for (const source of this.#sources) if (source.collection === collection) source.inserted(documents)
  }

  hold(): void {
    for (const source of this.#sources) source.hold()
  }

  lookUp(): void {
    for (const source of this.#sources) source.lookUp()
  }

  async close(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()))
  }
}
