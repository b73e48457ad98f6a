/** Work that only some may do at once; a bounded number waits, and beyond that it is refused. */

import { ChatError } from '@suda/protocol'

export interface TurnLimits {
  readonly atOnce: number
  readonly waiting: number
}

/** In which a full queue has got much shorter. */
const RETRY_AFTER_SECONDS = 3

export class Turns {
  readonly #limits: TurnLimits
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /** Whether work would begin at once. */
  get isFree(): boolean {
    return this.#running < this.#limits.atOnce
  }

  /** @throws ChatError `unavailable` at once, if too many wait already */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#begin()
    try {
      return await work()
    } finally {
      this.#end()
    }
  }

  async #begin(): Promise<void> {
    if (this.isFree) {
      this.#running += 1
      return
    }
    if (this.#waiting.length >= this.#limits.waiting) {
      const detail = 'Too many people are signing in at this moment.'
      throw new ChatError('unavailable', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS })
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Whoever waits takes over the turn itself, so that nobody who comes now gets in between. */
  #end(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }
}
