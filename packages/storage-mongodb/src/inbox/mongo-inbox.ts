/** The inbox: what any program inserts into the collection becomes a message, or is told why not. */

import type { Document } from 'mongodb'
import type { Collections } from '../collections.ts'
import type { PostRows, Settled } from '../foreign/foreign-row.ts'
import { Lane } from '../foreign/lane.ts'
import { patiently } from '../foreign/patiently.ts'
import type { Rank } from '../foreign/rank.ts'
import { selectSite } from '../reads/select.ts'
import { findWaiting, settle, stillWaiting } from './inbox-collection.ts'
import { inboxItemOf, isWaiting } from './inbox-document.ts'

const LOOK_MS = 60_000

export interface InboxOptions {
  readonly db: Collections
  readonly rank: Rank
  readonly onNotice: (line: string) => void
}

export class MongoInbox {
  readonly #options: InboxOptions
  /** Refused or posted, and the document cannot be changed. */
  readonly #stuck = new Set<string>()
  readonly #stopping = new AbortController()
  #looking: Promise<void> = Promise.resolve()
  #secret = ''
  #isGap = false
  /** How many there were. */
  #gaps = 0
  #timer: NodeJS.Timeout | undefined
  #lane: Lane | undefined

  constructor(options: InboxOptions) {
    this.#options = options
  }

  /** From now on every document is posted, those that wait already first. Resolves once these are known. */
  async start({ inOrder: post }: { readonly inOrder: PostRows }): Promise<void> {
    const { db, onNotice, rank } = this.#options
    this.#secret = (await selectSite(db)).secret
    await rank.start()
    this.#lane ??= new Lane({
      name: 'the inbox',
      delayMs: () => rank.delayMs,
      waiting: (items) => stillWaiting(db.db, items),
      post,
      settle: (settled) => this.#settle(settled),
      onNotice,
      onEmpty: (isCut) => {
        if (isCut) this.lookUp()
      },
    })
    await this.#lookUp()
    this.#timer ??= setInterval(() => this.#lookAgain(), LOOK_MS).unref()
  }

  /** What was inserted, in order. */
  inserted(documents: readonly Document[]): void {
    this.#lane?.push(documents.filter(isWaiting).map((document) => inboxItemOf(document, this.#secret)))
  }

  /** What comes by `inserted` from now on may have been overtaken by what it is not told: it waits for `lookUp`. */
  hold(): void {
    this.#isGap = true
    this.#gaps += 1
    void this.#lane?.begin()
  }

  /** Something may have been inserted that `inserted` was not told. */
  lookUp(): void {
    this.#isGap = false
    if (this.#lane === undefined) return
    const onTrouble = (reason: string) => this.#options.onNotice(`the inbox cannot be read: ${reason}`)
    const patience = { signal: this.#stopping.signal, onTrouble }
    this.#looking = this.#looking.then(() => patiently(patience, () => this.#lookUp()))
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    clearInterval(this.#timer)
    await this.#looking
    await this.#lane?.close()
  }

  // Whoever takes the error out of a document wants it to be tried again, and no stream tells of that.
  #lookAgain(): void {
    if (!this.#isGap && this.#options.rank.delayMs === 0) this.lookUp()
  }

  async #lookUp(): Promise<void> {
    const gaps = this.#isGap ? undefined : this.#gaps
    await this.#lane?.hold()
    const { items, isCut } = await findWaiting(this.#options.db, this.#secret, this.#stuck)
    // What was read before or within a gap may lack something: the next look, which is to come, finds that as well.
    if (gaps === this.#gaps) this.#lane?.release(items, isCut)
  }

  async #settle(settled: readonly Settled[]): Promise<void> {
    const stuck = await settle(this.#options.db, settled)
    for (const { row } of stuck) this.#stuck.add(row.sourceId)
    if (stuck.length === 0) return
    this.#options.onNotice(`${stuck.length} documents of the inbox are done with and cannot be changed`)
  }
}
