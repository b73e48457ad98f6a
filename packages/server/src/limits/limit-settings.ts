/** The settings of how often something may be done. */

import * as z from 'zod'
import { entries } from '../setting-entry.ts'
import { PACE_TAKES, parsePace, type Pace } from './pace.ts'

export type Limit = Pace | 'off'

export const limitSettings = {
  limitMessages: limit('MESSAGES', '5/s,20', 'How many messages a person may post.'),
  limitTokenMessages: limit('TOKEN_MESSAGES', '20/s,40', 'How many messages a user may post with tokens, as bots do.'),
  limitRoomMessages: limit('ROOM_MESSAGES', '50/s,100', 'How many messages a room takes, of all who post in it.'),
  limitTyping: limit('TYPING', '1/3s,5', 'How often a user may tell a room that they are typing.'),
  limitStreams: limit('STREAMS', '30/min', 'How many streams a user may open.'),
  limitChanges: limit(
    'CHANGES',
    '20/s,100',
    'How many requests a user may send that change something, of whatever kind.',
  ),
  limitRooms: limit('ROOMS', '30/h', 'How many rooms a user may make.'),
  limitInvites: limit('INVITES', '30/h', 'How many invites a user may make.'),
  limitPreviews: limit('PREVIEWS', '120/min', 'How many invites may be looked at or used from one address.'),
  limitSignUps: limit(
    'SIGN_UPS',
    '5/h',
    'How many sign-ups without an invite may be tried from one address; a refused password does not count.',
  ),
  limitRefusals: limit(
    'REFUSALS',
    '60/min',
    'How many requests with a session or token that is none may come from one address.',
  ),
  limitSetUpCode: limit('SET_UP_CODE', '10/15min', 'How often the code of the set-up may be wrong from one address.'),
  limitSetUpCodeInAll: limit(
    'SET_UP_CODE_IN_ALL',
    '100/15min',
    'How often the code of the set-up may be wrong, from all addresses.',
  ),
  limitAtOnce: z
    .union([
      z.literal('off'),
      z.int().min(1),
      z
        .string()
        .regex(/^[1-9][0-9]{0,8}$/)
        .transform(Number),
    ])
    .register(entries, {
      env: ['SUDA_LIMIT_AT_ONCE'],
      default: '1000',
      hint: 'NUMBER',
      takes: 'off or a whole number from 1',
      doc: 'How many requests may be worked on at once, open streams not counted; more are told to come back.',
    }),
}

const shape = z.object(limitSettings)

export type LimitSettings = z.output<typeof shape>

export function defaultLimits(): LimitSettings {
  const defaults = Object.entries(limitSettings).map(([key, schema]) => [key, entries.get(schema)?.default])
  return shape.parse(Object.fromEntries(defaults))
}

function limit(name: string, byDefault: string, doc: string) {
  return z
    .string()
    .transform(asLimit)
    .register(entries, {
      env: [`SUDA_LIMIT_${name}`],
      default: byDefault,
      hint: 'PACE',
      takes: PACE_TAKES,
      doc,
    })
}

function asLimit(text: string, context: z.RefinementCtx): Limit {
  const parsed = text === 'off' ? text : parsePace(text)
  if (parsed !== undefined) return parsed
  context.addIssue('not a pace')
  return z.NEVER
}
