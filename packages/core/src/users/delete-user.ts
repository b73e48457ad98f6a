/** Deleting a user: what they had ends, what they wrote stays under nobody's name. */

import { ChatError, type User } from '@suda/protocol'
import { admit } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { DeleteUser } from '../commands.ts'
import type { Handler, Plan } from '../handler.ts'
import { inviteDeleted } from '../invites/delete-invite.ts'
import { membershipsOf } from '../members/memberships-of.ts'
import { allEnded } from '../sessions/ended.ts'
import type { Draft } from '../storage/drafts.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { Reads } from '../storage/storage.ts'
import { tokenDeleted } from '../tokens/delete-token.ts'
import { asSuperior, oneOwnerLeft } from './change-user.ts'
import { findUser } from './find-user.ts'

/**
 * The own account with its password; others as `changeUser`.
 *
 * @throws ChatError `not_found`, `forbidden`, `last_owner`; `unauthenticated` if the password is another one by now
 */
export const deleteUser: Handler<DeleteUser> = async (command, actor, { reads }) => {
  const user = await findUser(command.user, actor, reads).catch((error: unknown) => {
    // Whoever deletes nobody else is not told who there is.
    admit('changeUser', actor)
    throw error
  })
  const isOwn = actor.kind === 'user' && actor.userId === user.id
  const allowed = isOwn ? asOneself(user, command) : asAdmin(user, actor)
  // The credentials first: a stream says why it ended, not that its reader is in no room any more.
  const parts = await Promise.all([
    allEnded({ userId: user.id }, 'user_deleted', reads),
    tokensDeleted(user.id, reads),
    membershipsLeft(user.id, isOwn ? 'left' : 'removed', reads),
    invitesDeleted(user.id, reads),
  ])
  const deleted: Draft = { type: 'user.deleted', audience: ['site', `user:${user.id}`], userId: user.id }
  return {
    drafts: [...parts.flatMap(({ drafts }) => drafts), deleted],
    preconditions: [...allowed, oneOwnerLeft(user), ...parts.flatMap(({ preconditions }) => preconditions)],
    // A room of theirs that was deleted meanwhile is none to leave.
    decidedAnewOn: ['not_found'],
  }
}

/** @throws ChatError `forbidden` where no password was shown */
function asOneself({ id: userId }: User, { passwordHash }: DeleteUser): Precondition[] {
  if (passwordHash === undefined) throw new ChatError('forbidden')
  return [
    { kind: 'siteRole', userId, atLeast: 'guest' },
    { kind: 'password', userId, passwordHash },
  ]
}

/** @throws ChatError `forbidden` */
function asAdmin(user: User, actor: Actor): Precondition[] {
  admit('changeUser', actor)
  return asSuperior(user, actor)
}

async function membershipsLeft(userId: string, reason: 'left' | 'removed', reads: Reads): Promise<Plan> {
  const ids = await membershipsOf(userId, reads)
  return {
    drafts: ids.map((roomId): Draft => {
      return { type: 'member.left', audience: [`room:${roomId}`, `user:${userId}`], roomId, userId, reason }
    }),
    preconditions: [{ kind: 'noOther', of: 'membership', owner: { userId }, ids }],
  }
}

async function tokensDeleted(userId: string, reads: Reads): Promise<Plan> {
  const tokens = await reads.tokensOf(userId)
  return {
    drafts: tokens.map(tokenDeleted),
    preconditions: [{ kind: 'noOther', of: 'token', owner: { userId }, ids: tokens.map(({ id }) => id) }],
  }
}

async function invitesDeleted(userId: string, reads: Reads): Promise<Plan> {
  const invites = await reads.invites(userId)
  return {
    drafts: invites.map(inviteDeleted),
    preconditions: [{ kind: 'noOther', of: 'invite', owner: { userId }, ids: invites.map(({ id }) => id) }],
  }
}
