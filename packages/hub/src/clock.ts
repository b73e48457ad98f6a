/** Time, timers and chance, handed in so that tests can hold them. */

export interface Clock {
  /** Milliseconds that only ever grow, with fractions. */
  now(): number
  /** From 0 to below 1. */
  random(): number
  /** Calls back once; does not keep the process alive. */
  after(ms: number, callback: () => void): void
  /** Calls back once the I/O that is waiting has had its turn. */
  soon(callback: () => void): void
}

/** With the timers of Node; time and chance come from the caller, such as `performance.now` and `Math.random`. */
export function nodeClock({ now, random }: Pick<Clock, 'now' | 'random'>): Clock {
  return {
    now,
    random,
    after: (ms, callback) => void setTimeout(callback, ms).unref(),
    soon: (callback) => void setImmediate(callback),
  }
}

export type Range = readonly [from: number, to: number]

/** A whole number of the range. */
export function pick(clock: Clock, [from, to]: Range): number {
  return Math.round(from + clock.random() * (to - from))
}
