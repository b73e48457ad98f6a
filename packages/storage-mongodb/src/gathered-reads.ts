/**
 * Single documents that several requests ask for in the same turn of the event loop, in one round trip a collection. It
 * begins after they were asked for, so nobody gets anything older than by a round trip of one's own.
 */

import { setImmediate as endOfTurn } from 'node:timers/promises'

/** Documents of one round trip. */
const MOST = 500

/** @returns what was found of the keys, in any order */
type ReadAll<D> = (keys: readonly string[]) => Promise<readonly D[]>

interface Batch<D> {
  readonly keys: Set<string>
  readonly found: Promise<ReadonlyMap<string, D>>
}

export class GatheredReads<D> {
  readonly #readAll: ReadAll<D>
  readonly #keyOf: (document: D) => string
  #gathering: Batch<D> | undefined

  constructor(readAll: ReadAll<D>, keyOf: (document: D) => string) {
    this.#readAll = readAll
    this.#keyOf = keyOf
  }

  async get(key: string): Promise<D | undefined> {
    if (this.#gathering === undefined || this.#gathering.keys.size >= MOST) this.#gathering = this.#begin()
    const { found, keys } = this.#gathering
    keys.add(key)
    return (await found).get(key)
  }

  #begin(): Batch<D> {
    const keys = new Set<string>()
    return { keys, found: this.#read(keys) }
  }

  async #read(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, D>> {
    await endOfTurn()
    if (this.#gathering?.keys === keys) this.#gathering = undefined
    const documents = await this.#readAll([...keys])
    return new Map(documents.map((document) => [this.#keyOf(document), document]))
  }
}
