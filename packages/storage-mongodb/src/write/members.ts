/** Who is in a room. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { memberId, type MemberDocument, type RoomDocument } from '../documents.ts'
import { memberOf } from '../mappers-document.ts'
import { without } from '../without-document.ts'
import { cardsOf } from './cards.ts'
import { existingRoom } from './rooms.ts'
import { append, type Tx } from './tx.ts'

/** A new member has read the room up to now. Somebody who is a member already makes no change. */
export async function joinMember(draft: DraftOf<'member.joined'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { roomId, userId } = draft
  const room = await existingRoom(tx, roomId)
  if ((await tx.docs.get('members', memberId(roomId, userId))) !== undefined) return undefined
  const member = newMember(draft, room, tx)
  tx.docs.insert('members', member)
  const memberCount = setMemberCount(tx, room, 1)
  const payload = { member: memberOf(member), memberCount, users: await cardsOf(tx.docs, [userId]) }
  return append(tx, draft, { type: 'member.joined', roomId, userId, payload })
}

export async function changeMember(draft: DraftOf<'member.changed'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { roomId, userId } = draft
  await existingRoom(tx, roomId)
  const old = await tx.docs.get('members', memberId(roomId, userId))
  if (old === undefined) return undefined
  const next = changed(old, draft.member)
  tx.docs.replace('members', next)
  const payload = { member: memberOf(next), users: await cardsOf(tx.docs, [userId]) }
  return append(tx, draft, { type: 'member.changed', roomId, userId, payload })
}

export async function leaveMember(draft: DraftOf<'member.left'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { roomId, userId, reason } = draft
  const room = await existingRoom(tx, roomId)
  const id = memberId(roomId, userId)
  if ((await tx.docs.get('members', id)) === undefined) return undefined
  tx.docs.remove('members', id)
  const memberCount = setMemberCount(tx, room, -1)
  return append(tx, draft, { type: 'member.left', roomId, userId, payload: { memberCount, reason } })
}

function newMember({ roomId, userId, member }: DraftOf<'member.joined'>, room: RoomDocument, tx: Tx): MemberDocument {
  return {
    _id: memberId(roomId, userId),
    roomId,
    userId,
    role: member.role,
    joinedAt: tx.at,
    readSeq: room.lastSeq,
    readOrdinal: room.ordinal,
    readRevision: tx.next,
    since: tx.next,
  }
}

function changed(old: MemberDocument, { role, mutedUntil }: DraftOf<'member.changed'>['member']): MemberDocument {
  const rest = without(old, 'mutedUntil')
  const until = mutedUntil === undefined ? old.mutedUntil : mutedUntil === null ? undefined : new Date(mutedUntil)
  return { ...rest, ...(role !== undefined && { role }), ...(until !== undefined && { mutedUntil: until }) }
}

function setMemberCount({ docs }: Tx, room: RoomDocument, by: 1 | -1): number {
  const memberCount = room.memberCount + by
  docs.replace('rooms', { ...room, memberCount })
  return memberCount
}
