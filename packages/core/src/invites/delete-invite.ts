/** Taking an invite back: one's own, or as an admin anybody's. */

import { ChatError } from '@suda/protocol'
import type { DeleteInvite } from '../commands.ts'
import type { Handler } from '../handler.ts'
import type { InviteDeletedDraft } from '../storage/drafts.ts'
import { asUser } from '../users/as-user.ts'
import { seesInvite } from './read-invites.ts'

/** @throws ChatError `not_found`, also for one that the actor may not see */
export const deleteInvite: Handler<DeleteInvite> = async ({ inviteId }, actor, { reads }) => {
  const user = asUser(actor)
  const invite = await reads.invite({ id: inviteId })
  if (invite === undefined || !(await seesInvite(user, invite, reads))) throw new ChatError('not_found')
  const { userId } = user
  const atLeast = invite.createdBy === userId ? 'member' : 'admin'
  return { drafts: [inviteDeleted(invite)], preconditions: [{ kind: 'siteRole', userId, atLeast }] }
}

export function inviteDeleted(invite: { readonly id: string; readonly createdBy: string }): InviteDeletedDraft {
  const { createdBy: userId, id: inviteId } = invite
  return { type: 'invite.deleted', audience: ['server', `user:${userId}`], userId, inviteId }
}
