/** What the operator of the machine may do without being signed in, as it crosses from the command line to the server. */

import type { CreateInvite, CreateRoom, CreateToken, CreateUser, SetPassword } from '@suda/core'
import { LIMITS, type InviteRole, type Scope, type SiteRole } from '@suda/protocol'
import * as z from 'zod'

export const SITE_ROLES = ['owner', 'admin', 'member', 'guest'] as const satisfies readonly SiteRole[]
export const SCOPES = ['read', 'write', 'admin', 'metrics'] as const satisfies readonly Scope[]
export const INVITE_ROLES = ['member', 'guest'] as const satisfies readonly InviteRole[]

const id = z.uuid().lowercase()

const createUser = z.strictObject({
  type: z.literal('createUser'),
  userId: id,
  kind: z.literal('human'),
  username: z.string(),
  displayName: z.string(),
  siteRole: z.enum(SITE_ROLES),
  passwordHash: z.string(),
}) satisfies z.ZodType<CreateUser>

const setPassword = z.strictObject({
  type: z.literal('setPassword'),
  user: z.string(),
  passwordHash: z.string(),
}) satisfies z.ZodType<SetPassword>

const createToken = z.strictObject({
  type: z.literal('createToken'),
  user: z.string(),
  tokenId: id,
  secretHash: z.hash('sha256'),
  label: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  expiresAt: z.iso.datetime().exactOptional(),
}) satisfies z.ZodType<CreateToken>

/** The operator is nobody, so it is somebody's. */
const createInvite = z.strictObject({
  type: z.literal('createInvite'),
  user: z.string(),
  inviteId: id,
  codeHash: z.hash('sha256'),
  room: z.string().exactOptional(),
  role: z.enum(INVITE_ROLES).exactOptional(),
  uses: z.int().min(1).max(LIMITS.inviteUses).exactOptional(),
  expiresAt: z.iso.datetime().exactOptional(),
}) satisfies z.ZodType<CreateInvite>

/** Its people are user names: only the storage knows their ids. */
const createRoom = z.strictObject({
  type: z.literal('createRoom'),
  roomId: id,
  slug: z.string(),
  name: z.string(),
  visibility: z.enum(['public', 'private']),
  members: z.array(z.string()),
  owner: z.string().exactOptional(),
}) satisfies z.ZodType<Omit<CreateRoom, 'members'>>

export const operatorCommand = z.discriminatedUnion('type', [
  createUser,
  setPassword,
  createToken,
  createRoom,
  createInvite,
])

export type OperatorCommand = z.output<typeof operatorCommand>

export function isSiteRole(text: string): text is SiteRole {
  return SITE_ROLES.some((role) => role === text)
}

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text)
}

export function isInviteRole(text: string): text is InviteRole {
  return INVITE_ROLES.some((role) => role === text)
}
