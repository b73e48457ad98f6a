/** Who sees which invites. */

import { ChatError, LIMITS, type Invite, type InvitePreviewAnswer } from '@suda/protocol'
import { canRead, isSiteRoleAtLeast } from '../access.ts'
import type { ActorOf } from '../actor.ts'
import type { Reads } from '../storage/storage.ts'
import { findInvite } from './find-invite.ts'

export async function visibleInvites(actor: ActorOf<'user'>, reads: Reads): Promise<readonly Invite[]> {
  if (!isSiteRoleAtLeast(actor.siteRole, 'admin')) return reads.invites(actor.userId)
  const invites = (await reads.invites()).slice(0, LIMITS.invitesListed)
  const visible = await Promise.all(invites.map((invite) => seesInvite(actor, invite, reads)))
  return invites.filter((_, index) => visible[index])
}

/** An invite tells that its room exists, so of a private room only those see it who may know. */
export async function seesInvite(actor: ActorOf<'user'>, invite: Invite, reads: Reads): Promise<boolean> {
  const { createdBy, roomId } = invite
  if (createdBy === actor.userId) return true
  if (!isSiteRoleAtLeast(actor.siteRole, 'admin')) return false
  if (roomId === undefined) return true
  const record = await reads.room(roomId, actor.userId)
  return record !== undefined && canRead(record, actor)
}

/** @throws ChatError `not_found` */
export async function previewInvite(codeHash: string, reads: Reads): Promise<InvitePreviewAnswer> {
  const { expiresAt, invitedBy, role, room } = await findInvite(codeHash, reads).catch((error: unknown) => {
    throw error instanceof ChatError && error.code === 'invite_invalid' ? new ChatError('not_found') : error
  })
  return {
    site: { name: (await reads.site()).site.name },
    role,
    invitedBy,
    ...(room !== undefined && { room: { name: room.name, memberCount: room.memberCount } }),
    expiresAt,
  }
}
