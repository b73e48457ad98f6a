/** Time that stands still until a test moves it. */

import type { Clock } from '../clock.ts'

export class FakeClock implements Clock {
  #now = 1_000
  #timers: { at: number; callback: () => void }[] = []
  #soon: (() => void)[] = []
  /** What `random` answers. */
  chance = 0.5
  /** Each look at the clock takes this long: work gets a duration. */
  lookMs = 0

  now(): number {
    this.#now += this.lookMs
    return this.#now
  }

  random(): number {
    return this.chance
  }

  after(ms: number, callback: () => void): void {
    this.#timers.push({ at: this.#now + ms, callback })
  }

  soon(callback: () => void): void {
    this.#soon.push(callback)
  }

  /** Turns of the event loop that are asked for. */
  get waiting(): number {
    return this.#soon.length
  }

  /** One turn of the event loop. */
  turn(): void {
    const due = this.#soon
    this.#soon = []
    for (const callback of due) callback()
  }

  /** As many turns as are asked for. */
  settle(): void {
    while (this.#soon.length > 0) this.turn()
  }

  /** Lets time pass, timer by timer. */
  pass(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
      this.settle()
    }
    this.#now = Math.max(this.#now, until)
  }
}

/** Lets everything that hangs on promises alone run. */
export function promises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
