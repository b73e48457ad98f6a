/** Waits until the change stream has told of everything that stands in the database now. */

import { randomUUID } from 'node:crypto'
import type { Db, Document } from 'mongodb'
import type { MarkerDocument } from '../documents.ts'
import { MARKERS } from '../feed/marker.ts'
import { pause } from './patiently.ts'

/** A marker that was inserted while there was no stream never comes. */
const WITHIN_MS = 3_000

export class Passage {
  readonly #db: Db
  readonly #waiting = new Map<string, () => void>()

  constructor(db: Db) {
    this.#db = db
  }

  /** The stream told of these. */
  seen(markers: readonly Document[]): void {
    for (const marker of markers) this.#waiting.get(String(marker['_id']))?.()
  }

  /** Resolves early where it is given up. */
  async now(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.#passes(signal)));
  }

  async #passes(signal: AbortSignal): Promise<boolean> {
    const id = randomUUID()
    const { promise, resolve } = Promise.withResolvers<true>()
    const ended = new AbortController()
    const within = AbortSignal.any([signal, ended.signal])
    this.#waiting.set(id, () => resolve(true))
    try {
      await this.#db.collection<MarkerDocument>(MARKERS).insertOne({ _id: id, at: new Date() })
      return await Promise.race([promise, pause(WITHIN_MS, within).then(() => false)])
    } finally {
      this.#waiting.delete(id)
      ended.abort()
    }
  }
}
