/** Instants as the wire has them and as numbers. What time it is comes in by the ports. */

// oxlint-disable no-restricted-globals -- neither asks the clock

/** @param time ISO 8601; NaN for anything else */
export function toMs(time: string): number {
  return Date.parse(time)
}

/** @returns ISO 8601 UTC with milliseconds, which sorts as text */
export function toTime(ms: number): string {
  return new Date(ms).toISOString()
}
