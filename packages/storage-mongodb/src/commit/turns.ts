/**
 * Manners between processes that write to one log. Who has just had the turn is there first when it is free again, and
 * would keep it for ever while others try; so where others write as well, one stays away for a while after one's own.
 */

import { setTimeout as wait } from 'node:timers/promises'

/** Others that wrote so long ago are not there any more. */
const CROWDED_FOR_MS = 1_000
/** A turn that took longer was an exception. */
const LONGEST_TURN_MS = 200
/** Before the first one. */
const ANY_TURN_MS = 8

/**
 * Of one's own turn, after it. Meanwhile what comes in goes into the next group, so little is lost. In a model of two
 * processes with 64 clients, half a millisecond from the database, a whole turn leaves the log idle (a fifth less is
 * stored), and a quarter stores no more than half does.
 */
const STAY_AWAY = 0.5
/**
 * Looks in one's own turn's time, while others have theirs, and how many more for each that one has waited: whoever
 * waits for long looks more often than who has just come, and so is likely the next. Each look is a transaction that
 * fails: three processes have 2 to 4 of them for each that is stored.
 */
const LOOKS = 4
const MORE_LOOKS = 8
/** Of the time that one has waited, at least: a turn that is never over is not to be asked for a thousand times a second. */
const PATIENT = 1 / 256

export interface Turn {
  /** The first position that it could give. */
  readonly from: number
  /** Where it left the log's end. */
  readonly to: number
  /** Of the clock. */
  readonly beganAt: number
}

export interface Clock {
  /** Milliseconds. */
  readonly now: () => number
  readonly wait: (ms: number) => Promise<unknown>
  readonly random: () => number
}

const CLOCK: Clock = { now: () => performance.now(), wait: (ms) => wait(ms), random: () => Math.random() }

export class Turns {
  readonly #clock: Clock
  #end = -1
  #turnMs = ANY_TURN_MS
  #crowdedUntil = 0
  #politeAt = 0
  #waitingSince: number | undefined

  constructor(clock = CLOCK) {
    this.#clock = clock
  }

  had({ beganAt, from, to }: Turn): void {
    const now = this.#clock.now()
    if (this.#end !== -1 && from !== this.#end + 1) this.#crowdedUntil = now + CROWDED_FOR_MS
    this.#end = to
    this.#waitingSince = undefined
    this.#turnMs = Math.min(Math.max(now - beganAt, 1), LONGEST_TURN_MS)
    this.#politeAt = now < this.#crowdedUntil ? now + this.#some(STAY_AWAY * this.#turnMs) : 0
  }

  /** Returns at once where nobody else is known to write. */
  async whenPolite(): Promise<void> {
    const ms = this.#politeAt - this.#clock.now()
    if (ms > 0) await this.#clock.wait(ms)
  }

  /** After somebody else was found to have it. */
  async whenWorthALook(): Promise<void> {
    const now = this.#clock.now()
    this.#waitingSince ??= now
    const waitedMs = now - this.#waitingSince
    const looks = LOOKS + MORE_LOOKS * (waitedMs / this.#turnMs)
    await this.#clock.wait(this.#some(Math.max(this.#turnMs / looks, PATIENT * waitedMs)))
  }

  /** Never the same, so that two do not meet again and again. */
  #some(ms: number): number {
    return ms * (0.5 + this.#clock.random())
  }
}
