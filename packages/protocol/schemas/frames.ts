/** What stands in the events of a stream beside changes, and the body of every refusal. */

import { ERRORS, type ErrorCode } from '@suda/protocol'
import * as z from 'zod'
import { count, cursor, id } from './scalars.ts'

export const hello = z
  .strictObject({
    streamId: z.string(),
    resumed: z.boolean(),
    from: cursor,
    head: cursor,
    heartbeatMs: count,
    protocol: z.int(),
    build: z.string(),
    siteId: id,
  })
  .meta({ id: 'Hello' })

const resetReason = z.enum(['epoch', 'unreadable', 'ahead', 'trimmed', 'evicted', 'joined', 'watching'])

export const reset = z
  .union([
    z.strictObject({ reason: resetReason, scope: z.literal('all') }),
    z.strictObject({ reason: resetReason, scope: z.literal('room'), roomId: id }),
  ])
  .meta({ id: 'Reset' })

export const bye = z
  .strictObject({
    reason: z.enum([
      'shutdown',
      'slow_reader',
      'session_ended',
      'removed',
      'revoked',
      'too_many_streams',
      'max_age',
      'upgrade',
    ]),
    reconnect: z.boolean(),
  })
  .meta({ id: 'Bye' })

export const signal = z
  .strictObject({ kind: z.literal('typing'), roomId: id, userId: id, forMs: count })
  .meta({ id: 'Signal' })

export const problem = z
  .strictObject({
    type: z.literal('about:blank'),
    code: z.enum(codes()),
    title: z.string(),
    status: z.int(),
    detail: z.string().exactOptional(),
    requestId: z.string(),
    pointer: z.string().exactOptional(),
    current: z.unknown().exactOptional(),
  })
  .meta({ id: 'Problem' })

/** The keys of the table, with their type. */
function codes(): [ErrorCode, ...ErrorCode[]] {
  const isCode = (key: string): key is ErrorCode => key in ERRORS
  const [first = 'internal', ...others] = Object.keys(ERRORS).filter(isCode)
  return [first, ...others]
}
