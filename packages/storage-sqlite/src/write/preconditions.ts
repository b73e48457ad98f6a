/** One exhaustive switch: what must hold inside the transaction, and the error where it does not. */

import type { Precondition } from '@suda/core/storage'
import { ChatError, type ErrorCode } from '@suda/protocol'
import { hasNoOther } from './no-other.ts'
import { activeRole, mayRead, roomStanding } from './standing.ts'
import { takeQuota } from './quota.ts'
import type { Tx } from './tx.ts'

/** @throws ChatError of the first one that does not hold */
export function checkPreconditions(preconditions: readonly Precondition[], tx: Tx): void {
  for (const precondition of preconditions) {
    const code = refusal(precondition, tx)
    if (code !== undefined) throw new ChatError(code)
  }
}

function refusal(precondition: Precondition, tx: Tx): ErrorCode | undefined {
  switch (precondition.kind) {
    case 'reader':
      return mayRead(precondition, tx) ? undefined : 'not_found'
    case 'roomRole':
      return roomRole(precondition, tx)
    case 'siteRole':
      return siteRole(precondition, tx)
    case 'active':
      return activeRole(precondition.userId, tx) === undefined ? 'not_found' : undefined
    case 'notMuted':
      return notMuted(precondition, tx)
    case 'roomOpen':
      return roomOpen(precondition, tx)
    case 'revision':
      return revision(precondition, tx)
    case 'session':
      return lives('sessions', precondition.sessionId, tx) ? undefined : 'unauthenticated'
    case 'token':
      return lives('tokens', precondition.tokenId, tx) ? undefined : 'unauthenticated'
    case 'password':
      return hasPassword(precondition, tx) ? undefined : 'unauthenticated'
    case 'invite':
      return isInviting(precondition, tx) ? undefined : 'invite_invalid'
    case 'notOwner':
      return hasOwner('id = ?', precondition.userId, tx) ? 'forbidden' : undefined
    case 'noOther':
      return hasNoOther(precondition, tx) ? undefined : 'stale'
    case 'quota':
      return takeQuota(precondition, tx) ? undefined : 'rate_limited'
    case 'unique':
      return isFree(precondition, tx) ? undefined : 'taken'
    case 'noOwner':
      return hasOwner("id <> ''", '', tx) ? 'conflict' : undefined
    case 'otherOwner':
      return hasOwner('suspended_at IS NULL AND id <> ?', precondition.userId, tx) ? undefined : 'last_owner'
  }
}

type Of<Kind extends Precondition['kind']> = Extract<Precondition, { kind: Kind }>

function roomRole(wanted: Of<'roomRole'>, tx: Tx): ErrorCode | undefined {
  if (!mayRead(wanted, tx)) return 'not_found'
  const role = roomStanding(wanted, tx)?.role
  if (role === null || role === undefined) return 'forbidden'
  return wanted.atLeast === 'member' || role === 'moderator' ? undefined : 'forbidden'
}

function siteRole({ userId, atLeast }: Of<'siteRole'>, tx: Tx): ErrorCode | undefined {
  const held = activeRole(userId, tx)
  if (held === undefined) return 'unauthenticated'
  const ranks = ['guest', 'member', 'admin', 'owner']
  return ranks.indexOf(held) >= ranks.indexOf(atLeast) ? undefined : 'forbidden'
}

function notMuted(who: Of<'notMuted'>, tx: Tx): ErrorCode | undefined {
  const mutedUntil = roomStanding(who, tx)?.mutedUntil
  return mutedUntil !== null && mutedUntil !== undefined && mutedUntil > tx.now ? 'muted' : undefined
}

function roomOpen({ roomId }: Of<'roomOpen'>, tx: Tx): ErrorCode | undefined {
  const archived = isArchived(roomId, tx)
  if (archived === undefined) return 'not_found'
  return archived === 1 ? 'room_archived' : undefined
}

function isArchived(roomId: string, tx: Tx): number | undefined {
  if (tx.standing?.roomId === roomId && tx.standing.standing !== undefined) return tx.standing.standing.archived
  return tx.sql.one<{ archived: number }>(
    'SELECT archived FROM rooms WHERE id = ? AND deleted_position IS NULL',
    roomId,
  )?.archived
}

const REVISION_OF = {
  site: 'SELECT revision FROM site WHERE id = ?',
  user: 'SELECT revision FROM users WHERE id = ? AND deleted_at IS NULL',
  room: 'SELECT revision FROM rooms WHERE id = ? AND deleted_position IS NULL',
  message: 'SELECT revision FROM messages WHERE id = ?',
} as const

function revision(wanted: Of<'revision'>, tx: Tx): ErrorCode | undefined {
  const row = tx.sql.one<{ revision: number }>(REVISION_OF[wanted.entity], wanted.id)
  if (row === undefined) return 'not_found'
  return row.revision === wanted.revision ? undefined : 'stale'
}

/** A session that was made from a token lives no longer than the token. */
const LIVING = {
  tokens: 'SELECT 1 FROM tokens WHERE id = ? AND coalesce(expires_at, 9e15) > ?',
  sessions: `SELECT 1 FROM sessions s WHERE id = ?1 AND expires_at > ?2
    AND (token_id IS NULL OR EXISTS (SELECT 1 FROM tokens t WHERE t.id = s.token_id AND coalesce(t.expires_at, 9e15) > ?2))`,
} as const

function lives(table: keyof typeof LIVING, id: string, tx: Tx): boolean {
  return tx.sql.one(LIVING[table], id, tx.now) !== undefined
}

function hasPassword({ userId, passwordHash }: Of<'password'>, tx: Tx): boolean {
  return tx.sql.one('SELECT 1 FROM users WHERE id = ? AND password_hash = ?', userId, passwordHash) !== undefined
}

function isInviting({ inviteId }: Of<'invite'>, tx: Tx): boolean {
  const row = tx.sql.one(
    `SELECT 1 FROM invites i JOIN users u ON u.id = i.user_id
     WHERE i.id = ? AND i.expires_at > ? AND (i.uses IS NULL OR i.used < i.uses) AND u.suspended_at IS NULL AND u.deleted_at IS NULL`,
    inviteId,
    tx.now,
  )
  return row !== undefined
}

const HOLDER_OF = {
  username: 'SELECT 1 FROM users WHERE username = ?',
  email: 'SELECT 1 FROM users WHERE email = ?',
  externalId: 'SELECT 1 FROM users WHERE external_id = ?',
  slug: 'SELECT 1 FROM rooms WHERE slug = ?',
} as const

function isFree({ field, value }: Of<'unique'>, tx: Tx): boolean {
  return tx.sql.one(HOLDER_OF[field], value) === undefined
}

function hasOwner(condition: string, userId: string, tx: Tx): boolean {
  const sql = `SELECT 1 FROM users WHERE site_role = 'owner' AND deleted_at IS NULL AND ${condition} LIMIT 1`
  return (condition.includes('?') ? tx.sql.one(sql, userId) : tx.sql.one(sql)) !== undefined
}
