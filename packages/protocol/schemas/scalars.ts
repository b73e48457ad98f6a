/** The small values of which everything on the wire is made. */

import * as z from 'zod'

/** Canonical and lower-case; of any version, since messages get theirs from their senders. */
export const id = z
  .string()
  .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .meta({ id: 'Id', description: 'A UUID in lower case.', examples: ['0193c8a2-7c1e-7d2a-9a51-5a2d0c7e4f11'] })

export const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ id: 'Time', description: 'ISO 8601, UTC, with milliseconds.', examples: ['2026-11-24T15:04:05.678Z'] })

export const count = z.int().min(0)

export const revision = z.int().min(0)

/** DL1: opaque to clients. */
export const cursor = z
  .string()
  .meta({ id: 'Cursor', description: 'A place in the site’s log. Opaque: keep it and give it back.' })

export const siteRole = z.enum(['owner', 'admin', 'member', 'guest'])
export const roomRole = z.enum(['moderator', 'member'])
export const roomKind = z.enum(['room', 'direct', 'group', 'announcement'])
export const visibility = z.enum(['public', 'private'])
export const signUp = z.enum(['invite', 'open', 'closed'])
export const scope = z.enum(['read', 'write', 'admin', 'metrics'])
export const inviteRole = z.enum(['member', 'guest'])
export const userKind = z.enum(['human', 'bot', 'webhook'])
