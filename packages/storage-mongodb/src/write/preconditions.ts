/** One exhaustive switch: what must hold inside the transaction, and the error where it does not. */

import { randomUUID } from 'node:crypto'
import type { Precondition } from '@suda/core/storage'
import { ChatError, type ErrorCode } from '@suda/protocol'
import { above, absent, other, type Where } from '../where.ts'
import { isUsedUp } from '../invite-uses.ts'
import { hasOther } from './no-other.ts'
import { activeRole, mayRead, roomStanding } from './standing.ts'
import type { Tx } from './tx.ts'

/** @throws ChatError of the first one that does not hold */
export async function checkPreconditions(preconditions: readonly Precondition[], tx: Tx): Promise<void> {
  for (const precondition of preconditions) {
    const code = await refusal(precondition, tx)
    if (code !== undefined) throw new ChatError(code)
  }
}

async function refusal(precondition: Precondition, tx: Tx): Promise<ErrorCode | undefined> {
  switch (precondition.kind) {
    case 'reader':
      return (await mayRead(precondition, tx)) ? undefined : 'not_found'
    case 'roomRole':
      return roomRole(precondition, tx)
    case 'siteRole':
      return siteRole(precondition, tx)
    case 'active':
      return (await activeRole(precondition.userId, tx)) === undefined ? 'not_found' : undefined
    case 'notMuted':
      return notMuted(precondition, tx)
    case 'roomOpen':
      return roomOpen(precondition, tx)
    case 'revision':
      return revision(precondition, tx)
    case 'session':
      return (await sessionLives(precondition.sessionId, tx)) ? undefined : 'unauthenticated'
    case 'token':
      return (await tokenLives(precondition.tokenId, tx)) ? undefined : 'unauthenticated'
    case 'password':
      return (await hasPassword(precondition, tx)) ? undefined : 'unauthenticated'
    case 'invite':
      return (await isOpen(precondition, tx)) ? undefined : 'invite_invalid'
    case 'notOwner':
      return (await isOwner(precondition, tx)) ? 'forbidden' : undefined
    case 'noOther':
      return (await hasOther(precondition, tx)) ? 'stale' : undefined
    case 'quota':
      return (await takeQuota(precondition, tx)) ? undefined : 'rate_limited'
    case 'unique':
      return (await isFree(precondition, tx)) ? undefined : 'taken'
    case 'noOwner':
      return (await hasOwner({}, tx)) ? 'conflict' : undefined
    case 'otherOwner':
      return (await hasOwner({ suspendedAt: absent, _id: other(precondition.userId) }, tx)) ? undefined : 'last_owner'
  }
}

type Of<Kind extends Precondition['kind']> = Extract<Precondition, { kind: Kind }>

async function roomRole(wanted: Of<'roomRole'>, tx: Tx): Promise<ErrorCode | undefined> {
  if (!(await mayRead(wanted, tx))) return 'not_found'
  const role = (await roomStanding(wanted, tx))?.member?.role
  if (role === undefined) return 'forbidden'
  return wanted.atLeast === 'member' || role === 'moderator' ? undefined : 'forbidden'
}

async function siteRole({ userId, atLeast }: Of<'siteRole'>, tx: Tx): Promise<ErrorCode | undefined> {
  const held = await activeRole(userId, tx)
  if (held === undefined) return 'unauthenticated'
  const ranks = ['guest', 'member', 'admin', 'owner']
  return ranks.indexOf(held) >= ranks.indexOf(atLeast) ? undefined : 'forbidden'
}

async function notMuted(who: Of<'notMuted'>, tx: Tx): Promise<ErrorCode | undefined> {
  const mutedUntil = (await roomStanding(who, tx))?.member?.mutedUntil
  return mutedUntil !== undefined && mutedUntil > tx.now ? 'muted' : undefined
}

async function roomOpen({ roomId }: Of<'roomOpen'>, { docs }: Tx): Promise<ErrorCode | undefined> {
  const room = await docs.get('rooms', roomId)
  if (room === undefined || room.deletedPosition !== undefined) return 'not_found'
  return room.archived ? 'room_archived' : undefined
}

async function revision(wanted: Of<'revision'>, tx: Tx): Promise<ErrorCode | undefined> {
  const held = await revisionOf(wanted, tx)
  if (held === undefined) return 'not_found'
  return held === wanted.revision ? undefined : 'stale'
}

async function revisionOf({ entity, id }: Of<'revision'>, { docs }: Tx): Promise<number | undefined> {
  switch (entity) {
    case 'site': {
      const site = await docs.get('site', 'site')
      return site?.id === id ? site.revision : undefined
    }
    case 'user': {
      const user = await docs.get('users', id)
      return user?.deletedAt === undefined ? user?.revision : undefined
    }
    case 'room': {
      const room = await docs.get('rooms', id)
      return room?.deletedPosition === undefined ? room?.revision : undefined
    }
    case 'message':
      return (await docs.get('messages', id))?.revision
  }
}

// A session that was made from a token lives no longer than the token.
async function sessionLives(id: string, tx: Tx): Promise<boolean> {
  const session = await tx.docs.get('sessions', id)
  if (session === undefined || session.expiresAt <= tx.now) return false
  return session.tokenId === undefined || tokenLives(session.tokenId, tx)
}

async function tokenLives(id: string, { docs, now }: Tx): Promise<boolean> {
  const token = await docs.get('tokens', id)
  return token !== undefined && (token.expiresAt === undefined || token.expiresAt > now)
}

async function hasPassword({ userId, passwordHash }: Of<'password'>, { docs }: Tx): Promise<boolean> {
  return (await docs.get('users', userId))?.passwordHash === passwordHash
}

async function isOpen({ inviteId }: Of<'invite'>, tx: Tx): Promise<boolean> {
  const invite = await tx.docs.get('invites', inviteId)
  if (invite === undefined || invite.expiresAt <= tx.now || isUsedUp(invite)) return false
  return (await activeRole(invite.createdBy, tx)) !== undefined
}

async function isOwner({ userId }: Of<'notOwner'>, { docs }: Tx): Promise<boolean> {
  const user = await docs.get('users', userId)
  return user?.siteRole === 'owner' && user.deletedAt === undefined
}

/** @returns false if the window is full; a commit that is refused later gives its place back */
async function takeQuota({ key, limit, windowMs }: Of<'quota'>, { docs, now }: Tx): Promise<boolean> {
  const taken = await docs.find('quotas', { key, expiresAt: above(now) }, { limit })
  if (taken.length >= limit) return false
  docs.insert('quotas', { _id: randomUUID(), key, expiresAt: new Date(now.getTime() + windowMs) })
  return true
}

async function isFree({ field, value }: Of<'unique'>, { docs }: Tx): Promise<boolean> {
  const holders = field === 'slug' ? docs.find('rooms', { slug: value }) : docs.find('users', { [field]: value })
  return (await holders).length === 0
}

async function hasOwner(where: Where, { docs }: Tx): Promise<boolean> {
  const owners = await docs.find('users', { siteRole: 'owner', deletedAt: absent, ...where }, { limit: 1 })
  return owners.length > 0
}
