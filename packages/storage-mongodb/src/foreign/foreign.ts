/** What other programs write into the database: the inbox and the sources. */

import type { Document } from 'mongodb'
import type { Collections } from '../collections.ts'
import { INBOX } from '../inbox/inbox-document.ts'
import { MongoInbox } from '../inbox/mongo-inbox.ts'
import type { SourceOptions } from '../sources/source-options.ts'
import { Sources } from '../sources/sources.ts'
import { Passage } from './passage.ts'
import { Rank } from './rank.ts'

export interface ForeignOptions {
  readonly db: Collections
  readonly sources: readonly SourceOptions[]
  readonly onNotice: (line: string) => void
}

export class Foreign {
  /** Whose inserts are to be told. */
  readonly collections: readonly string[]
  readonly inbox: MongoInbox
  readonly sources: Sources
  readonly #rank: Rank
  readonly #passage: Passage

  constructor(options: ForeignOptions) {
    this.#rank = new Rank(options.db.db)
    this.#passage = new Passage(options.db.db)
    this.collections = [INBOX, ...options.sources.map(({ collection }) => collection)]
    this.inbox = new MongoInbox({ ...options, rank: this.#rank })
    this.sources = new Sources({ ...options, rank: this.#rank, passage: this.#passage })
  }

  inserted(collection: string, documents: readonly Document[]): void {
    if (collection === INBOX) this.inbox.inserted(documents)
    else this.sources.inserted(collection, documents)
  }

  /** Everything that was inserted before these has been told. */
  passed(markers: readonly Document[]): void {
    this.#passage.seen(markers)
  }

  /** What comes by `inserted` from now on may have been overtaken by what it is not told: it waits for `lookUp`. */
  hold(): void {
    this.inbox.hold()
    this.sources.hold()
  }

  /** Something may have been inserted that `inserted` was not told. */
  lookUp(): void {
    this.inbox.lookUp()
    this.sources.lookUp()
  }

  async close(): Promise<void> {
    await Promise.all([this.inbox.close(), this.sources.close()])
    await this.#rank.close()
  }
}
