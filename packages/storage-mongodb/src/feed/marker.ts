/**
 * A document that is inserted once a stream is open. When the stream tells of it, everything that was committed before
 * the stream began can be read, and everything else comes by it.
 */

import { randomUUID } from 'node:crypto'
import type { Document } from 'mongodb'

export const MARKERS = 'markers'

export class Marker {
  readonly #id = randomUUID()
  readonly #tooLate: NodeJS.Timeout
  #isNeeded = true

  constructor(
    insert: (id: string) => Promise<void>,
    { withinMs, fail }: { withinMs: number; fail: (error: Error) => void },
  ) {
    this.#tooLate = setTimeout(() => fail(new Error(`the marker did not come by for ${withinMs} ms`)), withinMs)
    insert(this.#id).catch((cause: unknown) => {
      // Whoever sees it knows better than the answer.
      if (this.#isNeeded) fail(new Error('the marker could not be inserted', { cause }))
    })
  }

  isAmong(markers: readonly Document[]): boolean {
    return markers.some(({ _id: id }) => id === this.#id)
  }

  forget(): void {
    this.#isNeeded = false
    clearTimeout(this.#tooLate)
  }
}
