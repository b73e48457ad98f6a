/** What admins decide of others: the role on the site, and whether somebody is let in at all. */

import { ChatError, type SiteRole, type User } from '@suda/protocol'
import type { Actor, ActorOf } from '../actor.ts'
import type { ChangeUser } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { allEnded } from '../sessions/ended.ts'
import type { ProfileChangedDraft } from '../storage/drafts.ts'
import type { Precondition } from '../storage/preconditions.ts'
import { findUser } from './find-user.ts'

type Profile = Pick<ProfileChangedDraft['profile'], 'siteRole' | 'suspended'>

/**
 * Somebody who is suspended is signed out everywhere; tokens are kept and worth nothing meanwhile.
 *
 * @throws ChatError `not_found`; `forbidden` to suspend oneself, and for admins to touch an owner or make one
 * @throws ChatError `last_owner`
 */
export const changeUser: Handler<ChangeUser> = async (command, actor, { reads }) => {
  const user = await findUser(command.user, actor, reads)
  const profile = differing(command, user)
  if (Object.keys(profile).length === 0) return NOTHING
  const preconditions = asSuperior(user, actor, profile.siteRole)
  if (profile.suspended === true && actor.kind === 'user' && actor.userId === user.id) {
    throw new ChatError('forbidden', 'Nobody suspends themselves.')
  }
  const { id: userId } = user
  const changed = { type: 'profile.changed', audience: ['server', `user:${userId}`], userId, profile } as const
  const sessions = profile.suspended === true ? await allEnded({ userId }, 'suspended', reads) : NOTHING
  return {
    drafts: [changed, ...sessions.drafts],
    preconditions: [...preconditions, ...(isLess(profile) ? [oneOwnerLeft(user)] : []), ...sessions.preconditions],
  }
}

function differing({ siteRole, suspended }: ChangeUser, user: User): Profile {
  const isSuspended = user.suspendedAt !== undefined
  return {
    ...(siteRole !== undefined && siteRole !== user.siteRole && { siteRole }),
    ...(suspended !== undefined && suspended !== isSuspended && { suspended }),
  }
}

/**
 * Only owners touch owners, and make them.
 * @throws ChatError `forbidden`
 */
export function asSuperior(user: User, actor: Actor, given?: SiteRole): Precondition[] {
  if (actor.kind !== 'user') return []
  const isAboutOwners = user.siteRole === 'owner' || given === 'owner'
  if (isAboutOwners && actor.siteRole !== 'owner') throw new ChatError('forbidden')
  return actor.siteRole === 'owner' ? atLeast(actor, 'owner') : [...atLeast(actor, 'admin'), notOwner(user)]
}

function atLeast({ userId }: ActorOf<'user'>, role: SiteRole): Precondition[] {
  return [{ kind: 'siteRole', userId, atLeast: role }]
}

function notOwner({ id: userId }: User): Precondition {
  return { kind: 'notOwner', userId }
}

function isLess({ siteRole, suspended }: Profile): boolean {
  return suspended === true || (siteRole !== undefined && siteRole !== 'owner')
}

/** For whatever takes a user's role away: who is no owner must not become the last one meanwhile. */
export function oneOwnerLeft(user: User): Precondition {
  return user.siteRole === 'owner' ? { kind: 'otherOwner', userId: user.id } : notOwner(user)
}
