/** Chance that comes again: the same seed, the same sequence. */

export interface Random {
  /** From 0 to below `limit`. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<const T>(values: readonly [T, ...T[]]): T
  /** Of what may be nothing at all. */
  pickFrom<T>(values: readonly T[]): T | undefined
  /** An id that this sequence has not given before, unless by another seed. */
  newId(): string
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  let ids = 0
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (values) => values[below(values.length)] ?? values[0],
    pickFrom: (values) => values[below(values.length)],
    // In no order of time, as those of clients.
    newId: () => `${hex(below(2 ** 31), 8)}-0000-4000-8000-${hex(++ids, 12)}`,
  }
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0')
}
