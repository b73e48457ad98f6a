/** Which processes serve the database now. Each says so every few seconds; whoever falls silent counts no more. */

import type { Db } from 'mongodb'
import type { NodeDocument } from './documents.ts'

const BEAT_MS = 3_000
/** More than two beats that were missed. */
const SILENCE_MS = 10_000

export interface NodesOptions {
  readonly db: Db
  /** This process. */
  readonly id: string
  readonly beatMs?: number
}

export class Nodes {
  readonly #options: NodesOptions
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<void> | undefined
  #isLeaving = false

  constructor(options: NodesOptions) {
    this.#options = options
  }

  /** From now on the others know that this process serves as well. */
  async join(): Promise<void> {
    this.#timer ??= setInterval(() => void this.#beatAgain(), this.#options.beatMs ?? BEAT_MS).unref()
    await this.#beatAgain()
  }

  /** This process is about to stop: the others count on it no more. */
  async leave(): Promise<void> {
    this.#isLeaving = true
    await this.#beat()
  }

  /** Whether another process serves and is not about to stop. */
  async hasOthers(): Promise<boolean> {
    const now = await this.#beat()
    const since = new Date(now.getTime() - SILENCE_MS)
    const other = { _id: { $ne: this.#options.id }, at: { $gt: since }, isLeaving: false }
    return (await this.#nodes.findOne(other, { readConcern: { level: 'local' } })) !== null
  }

  /** The others know nothing of this process any more. */
  async close(): Promise<void> {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    await this.#beating // which would write it anew
    await this.#nodes.deleteOne({ _id: this.#options.id }).catch(() => {}) // it expires by itself
  }

  // One at a time. What is in the way of one beat is gone at the next.
  #beatAgain(): Promise<void> {
    this.#beating ??= this.#beat().then(
      () => (this.#beating = undefined),
      () => (this.#beating = undefined),
    )
    return this.#beating
  }

  /** @returns what time it is, by the clock of the database, which is one for all */
  async #beat(): Promise<Date> {
    const update = { $currentDate: { at: true }, $set: { isLeaving: this.#isLeaving } } as const
    const options = { upsert: true, returnDocument: 'after', writeConcern: { w: 1 } } as const
    const node = await this.#nodes.findOneAndUpdate({ _id: this.#options.id }, update, options)
    if (node === null) throw new Error('the database has kept nothing')
    return node.at
  }

  get #nodes() {
    return this.#options.db.collection<NodeDocument>('nodes')
  }
}
