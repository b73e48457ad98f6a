/** How often something may be done, and how that is written: `5/s,20` is five a second, and twenty at once. */

export interface Pace {
  readonly count: number
  /** Milliseconds in which that many may be done, over and over. */
  readonly perMs: number
  /** How many may be done at once after a while of nothing. */
  readonly burst: number
}

/** To follow “must be”. */
export const PACE_TAKES = 'off or a pace like 5/s, 1/3s, 30/min or 5/s,20'

const UNIT_MS = { s: 1_000, min: 60_000, h: 3_600_000 } as const

const NUMBER = '([1-9][0-9]{0,5})'
const PACE = new RegExp(`^${NUMBER} ?/ ?${NUMBER}? ?(s|min|h)(?: ?, ?${NUMBER})?$`)

/** @returns undefined for what is no pace */
export function parsePace(text: string): Pace | undefined {
  const [, count, times = '1', unit, burst = count] = PACE.exec(text.trim()) ?? []
  const unitMs = unit === 's' || unit === 'min' || unit === 'h' ? UNIT_MS[unit] : undefined
  if (unitMs === undefined) return undefined
  return { count: Number(count), perMs: Number(times) * unitMs, burst: Number(burst) }
}
