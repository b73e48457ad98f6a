/** An invite that still lets people in, and what becomes of whoever comes by it. */

import { ChatError, type Room } from '@suda/protocol'
import { canRead, isSiteRoleAtLeast } from '../access.ts'
import type { Plan } from '../handler.ts'
import { joined } from '../members/joined.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { InviteRecord, RoomRecord } from '../storage/records.ts'
import type { Reads } from '../storage/storage.ts'

export interface LivingInvite extends InviteRecord {
  /** Of the one who invites. */
  readonly invitedBy: string
  readonly room?: Room
}

/**
 * It ends with the right to make it: somebody who was removed from a room does not come back by an own invite.
 *
 * @throws ChatError `invite_invalid`, for whatever reason
 */
export async function findInvite(codeHash: string, reads: Reads): Promise<LivingInvite> {
  const invite = await reads.invite({ codeHash })
  const creator = invite && (await reads.user({ id: invite.createdBy }))?.user
  if (invite === undefined || creator === undefined) throw new ChatError('invite_invalid')
  if (creator.suspendedAt !== undefined || creator.deletedAt !== undefined) throw new ChatError('invite_invalid')
  const isAdmin = isSiteRoleAtLeast(creator.siteRole, 'admin')
  if (invite.role === 'member' && !isAdmin) throw new ChatError('invite_invalid')
  if (invite.roomId === undefined) return { ...invite, invitedBy: creator.displayName }

  const record = await reads.room(invite.roomId, creator.id)
  if (record === undefined || !maySendTo(record, creator)) throw new ChatError('invite_invalid')
  return { ...invite, invitedBy: creator.displayName, room: record.room }
}

function maySendTo(record: RoomRecord, creator: { siteRole: Parameters<typeof isSiteRoleAtLeast>[0] }): boolean {
  if (record.room.archived) return false
  const isModerator = record.room.my?.role === 'moderator'
  return isModerator || (canRead(record, creator) && isSiteRoleAtLeast(creator.siteRole, 'admin'))
}

/** The drafts by which somebody uses it. */
export async function comesBy(invite: LivingInvite, userId: string, reads: Reads): Promise<Plan> {
  const { createdBy, id: inviteId, room } = invite
  const isDefault = room !== undefined && (await reads.site()).site.defaultRooms.includes(room.id)
  return {
    drafts: [
      ...(room === undefined || (isDefault && invite.role === 'member') ? [] : [joined(room.id, userId, 'member')]),
      { type: 'invite.used', audience: ['server', `user:${createdBy}`], userId: createdBy, inviteId },
    ],
    preconditions: [{ kind: 'invite', inviteId }, ...stillOpen(room)],
  }
}

function stillOpen(room: Room | undefined): Precondition[] {
  return room === undefined ? [] : [{ kind: 'roomOpen', roomId: room.id }]
}
