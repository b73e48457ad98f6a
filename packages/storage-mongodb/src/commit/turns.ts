/**
 * Manners between processes that write to one log. Who has just had the turn is there first when it is free again, and
 * would keep it for ever while others try; so where others write as well, one waits as long as one's turn took.
 */

import { setTimeout as wait } from 'node:timers/promises'

/** Others that wrote so long ago are not there any more. */
const CROWDED_FOR_MS = 1_000
const MOST_MS = 50

export interface Turn {
  /** The first position that it could give. */
  readonly from: number
  /** Where it left the log's end. */
  readonly to: number
  /** Of performance.now(). */
  readonly beganAt: number
}

export class Turns {
  #end = -1
  #crowdedUntil = 0
  #politeAt = 0

  had({ beganAt, from, to }: Turn): void {
    const now = performance.now()
    if (this.#end !== -1 && from !== this.#end + 1) this.#crowdedUntil = now + CROWDED_FOR_MS
    this.#end = to
    this.#politeAt = now < this.#crowdedUntil ? now + Math.min(now - beganAt, MOST_MS) * (0.5 + Math.random()) : 0
  }

  /** Returns at once where nobody else is known to write. */
  async whenPolite(): Promise<void> {
    const ms = this.#politeAt - performance.now()
    if (ms > 0) await wait(ms)
  }
}
