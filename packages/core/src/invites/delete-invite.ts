/** Taking an invite back: one's own, or as an admin anybody's. */

import { ChatError } from '@suda/protocol'
import { isSiteRoleAtLeast } from '../access.ts'
import type { DeleteInvite } from '../commands.ts'
import type { Handler } from '../handler.ts'
import type { InviteDeletedDraft } from '../storage/drafts.ts'
import { asUser } from '../users/as-user.ts'

/** @throws ChatError `not_found` */
export const deleteInvite: Handler<DeleteInvite> = async ({ inviteId }, actor, { reads }) => {
  const { siteRole, userId } = asUser(actor)
  const invite = await reads.invite({ id: inviteId })
  const isOwn = invite?.createdBy === userId
  if (invite === undefined || !(isOwn || isSiteRoleAtLeast(siteRole, 'admin'))) throw new ChatError('not_found')
  return {
    drafts: [inviteDeleted(invite)],
    preconditions: [{ kind: 'siteRole', userId, atLeast: isOwn ? 'member' : 'admin' }],
  }
}

export function inviteDeleted(invite: { readonly id: string; readonly createdBy: string }): InviteDeletedDraft {
  const { createdBy: userId, id: inviteId } = invite
  return { type: 'invite.deleted', audience: ['server', `user:${userId}`], userId, inviteId }
}
