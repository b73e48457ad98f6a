/** An invite that still lets people in, and what becomes of whoever comes by it. */

import { ChatError, type Room } from '@suda/protocol'
import { canRead } from '../access.ts'
import type { ActorOf } from '../actor.ts'
import { BY_SYSTEM } from '../commands.ts'
import type { Plan } from '../handler.ts'
import { joined } from '../members/joined.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { InviteRecord } from '../storage/records.ts'
import type { Reads } from '../storage/storage.ts'
import { asInviter } from './as-inviter.ts'

export interface LivingInvite extends InviteRecord {
  /** Of the one who invites. */
  readonly invitedBy: string
  readonly room?: Room
  /** What must still hold when somebody comes by it. */
  readonly preconditions: readonly Precondition[]
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
  const { deletedAt, displayName: invitedBy, id: userId, siteRole, suspendedAt } = creator
  if (suspendedAt !== undefined || deletedAt !== undefined) throw new ChatError('invite_invalid')

  const host: ActorOf<'user'> = { kind: 'user', userId, siteRole, via: BY_SYSTEM }
  const right = await rightOf(host, invite, reads)
  return { ...invite, invitedBy, ...right }
}

async function rightOf(
  host: ActorOf<'user'>,
  { id: inviteId, role, roomId }: InviteRecord,
  reads: Reads,
): Promise<Pick<LivingInvite, 'room' | 'preconditions'>> {
  const lives: Precondition = { kind: 'invite', inviteId }
  if (roomId === undefined) return { preconditions: [lives, ...stillInviter(host, role)] }
  const record = await reads.room(roomId, host.userId)
  if (record === undefined || record.room.archived || !canRead(record, host)) throw new ChatError('invite_invalid')
  const { room } = record
  return { room, preconditions: [lives, { kind: 'roomOpen', roomId }, ...stillInviter(host, role, record)] }
}

/** @throws ChatError `invite_invalid` */
function stillInviter(...right: Parameters<typeof asInviter>): readonly Precondition[] {
  try {
    return asInviter(...right)
  } catch (error) {
    throw error instanceof ChatError ? new ChatError('invite_invalid') : error
  }
}

/** How a commit refuses because of the host or the room; whoever has the code is told only that it is not valid. */
export const TELLS_OF_HOST = ['forbidden', 'not_found', 'room_archived'] as const

/** How somebody uses it. Whoever is in the room already, such as by the rooms that all join, is not let in again. */
export function comesBy({ createdBy, id: inviteId, preconditions, room }: LivingInvite, userId: string): Plan {
  return {
    drafts: [
      ...(room === undefined ? [] : [joined(room.id, userId, 'member')]),
      { type: 'invite.used', audience: ['server', `user:${createdBy}`], userId: createdBy, inviteId },
    ],
    preconditions,
  }
}
