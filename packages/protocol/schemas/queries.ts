/** Query strings: every value is text at first, numbers are strict, and nothing is clamped. */

import { LIMITS } from '@suda/protocol'
import * as z from 'zod'
import { id } from './scalars.ts'

const MAX_SEQ = Number.MAX_SAFE_INTEGER

export const noQuery = z.strictObject({})

export const usersQuery = z
  .strictObject({
    ids: idList(LIMITS.pageSize).exactOptional(),
    query: z.string().min(1).max(LIMITS.displayNameLength.max).exactOptional(),
    limit: wholeNumber(1, 50).default(20),
  })
  .refine(({ ids, query }) => (ids === undefined) !== (query === undefined), 'Either `ids` or `query` is needed.')

export const accountsQuery = z.strictObject({
  after: z.string().exactOptional(),
  limit: wholeNumber(1, LIMITS.pageSize).default(LIMITS.pageSize),
})

export const auditQuery = z.strictObject({
  before: wholeNumber(1, MAX_SEQ).exactOptional(),
  limit: wholeNumber(1, LIMITS.pageSize).default(LIMITS.historyDefault),
  actor: id.exactOptional(),
  type: z
    .string()
    .regex(/^[a-z]+\.[a-z]+$/)
    .exactOptional(),
})

export const roomsQuery = z.strictObject({
  browse: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .default(false),
  after: z.string().exactOptional(),
  limit: wholeNumber(1, LIMITS.pageSize).default(LIMITS.pageSize),
})

export const membersQuery = z.strictObject({
  after: z.string().exactOptional(),
  limit: wholeNumber(1, LIMITS.pageSize).default(LIMITS.pageSize),
})

export const messagesQuery = z
  .strictObject({
    before: wholeNumber(1, MAX_SEQ).exactOptional(),
    after: wholeNumber(0, MAX_SEQ).exactOptional(),
    around: wholeNumber(1, MAX_SEQ).exactOptional(),
    limit: wholeNumber(1, LIMITS.pageSize).default(LIMITS.historyDefault),
  })
  .refine(atMostOne('before', 'after', 'around'), 'Only one of `before`, `after` and `around` can be given.')

export const threadQuery = z
  .strictObject({
    before: wholeNumber(1, MAX_SEQ).exactOptional(),
    after: wholeNumber(0, MAX_SEQ).exactOptional(),
    limit: wholeNumber(1, LIMITS.pageSize).default(LIMITS.historyDefault),
  })
  .refine(atMostOne('before', 'after'), 'Only one of `before` and `after` can be given.')

export const syncQuery = z
  .strictObject({ rooms: idList(LIMITS.syncRooms).exactOptional(), after: z.string().exactOptional() })
  .refine(atMostOne('rooms', 'after'), 'Only one of `rooms` and `after` can be given.')

/** A cursor is not judged here: one that cannot be read is answered by a reset. */
export const feedQuery = z.strictObject({
  cursor: z.string().exactOptional(),
  wait: wholeNumber(0, 60).default(0),
})

export const roomFeedQuery = z
  .strictObject({
    cursor: z.string().exactOptional(),
    history: wholeNumber(0, LIMITS.pageSize).exactOptional(),
    tz: z.string().refine(isTimeZone, 'There is no such time zone.').default('UTC'),
  })
  .refine(atMostOne('cursor', 'history'), 'Only one of `cursor` and `history` can be given.')

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^(?:0|[1-9]\d{0,15})$/, 'This must be a whole number.')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `This must be ${min} to ${max}.`)
    .meta({ integer: { minimum: min, maximum: max } })
}

function idList(max: number) {
  return z
    .string()
    .max(max * 37)
    .transform((text) => text.split(','))
    .pipe(z.array(id).max(max))
}

function atMostOne(...keys: string[]) {
  return (query: Readonly<Record<string, unknown>>) => keys.filter((key) => query[key] !== undefined).length <= 1
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
