/** The commands of one transaction: all that wait when it has its turn, for which it may have waited itself. */

import { bytesOf, type CommitRequest } from './requests.ts'

const MOST_COMMANDS = 100
const MOST_BYTES = 1_000_000

export class Group {
  readonly #waiting: CommitRequest[]
  #requests: readonly CommitRequest[] | undefined

  /** @param waiting in the order in which they came; what the group takes leaves it */
  constructor(waiting: CommitRequest[]) {
    this.#waiting = waiting
  }

  /** With the first call it is decided: who comes later goes into the next one. */
  take(): readonly CommitRequest[] {
    this.#requests ??= this.#waiting.splice(0, fitting(this.#waiting))
    return this.#requests
  }

  /** Whether nobody in it waits any longer. Before it is taken, those who waited too long become a group of their own. */
  isOver(): boolean {
    const now = performance.now()
    const hasWaited = ({ deadline }: CommitRequest) => deadline <= now
    // What is answered is answered for all of a transaction: they wait as long as the most patient one.
    if (this.#requests !== undefined) return this.#requests.every(hasWaited)
    const count = this.#waiting.filter(hasWaited).length
    if (count > 0) this.#requests = this.#waiting.splice(0, count)
    return count > 0
  }
}

function fitting(waiting: readonly CommitRequest[]): number {
  let bytes = 0
  let count = 0
  for (const request of waiting.slice(0, MOST_COMMANDS)) {
    bytes += bytesOf(request)
    if (count > 0 && bytes > MOST_BYTES) break
    count++
  }
  return count
}
