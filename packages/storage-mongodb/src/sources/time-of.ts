/** Dates as other programs write them. */

import { Long } from 'mongodb'

const ISO = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?$/
/** Numbers below count seconds, others milliseconds: the year 1973 in the one, 5138 in the other. */
const FIRST_MS = 1e11

/** @returns undefined for what is no date, or one that cannot be true: before the year 1, or to come */
export function timeOf(value: unknown): Date | undefined {
  const time = msOf(value)
  if (time === undefined || !(time >= FIRST_YEAR)) return undefined
  return time <= Date.now() ? new Date(time) : undefined
}

const FIRST_YEAR = Date.parse('0001-01-01T00:00:00Z')

function msOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime()
  if (value instanceof Long) return msOf(value.toNumber())
  if (typeof value === 'number') return Math.abs(value) < FIRST_MS ? value * 1_000 : value
  return typeof value === 'string' && ISO.test(value) ? Date.parse(value) : undefined
}
