/** Who is in a room. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { memberOf, type RoomRow } from '../room-rows.ts'
import { selectCards, selectMember } from '../select.ts'
import { existingRoom } from './rooms.ts'
import { append, type Tx } from './tx.ts'

/** A new member has read the room up to now. Somebody who is a member already makes no change. */
export function joinMember(draft: DraftOf<'member.joined'>, tx: Tx): CommittedChange | undefined {
  const { roomId, userId } = draft
  const room = existingRoom(tx, roomId)
  if (selectMember(tx.sql, roomId, userId) !== undefined) return undefined
  insertMember(draft, room, tx)
  const memberCount = setMemberCount(tx, roomId, room.member_count + 1)
  const member = memberOf({ user_id: userId, role: draft.member.role, joined_at: tx.at, muted_until: null })
  const payload = { member, memberCount, users: selectCards(tx.sql, [userId]) }
  return append(tx, draft, { type: 'member.joined', roomId, userId, payload })
}

export function changeMember(draft: DraftOf<'member.changed'>, tx: Tx): CommittedChange | undefined {
  const { roomId, userId } = draft
  existingRoom(tx, roomId)
  const old = selectMember(tx.sql, roomId, userId)
  if (old === undefined) return undefined
  const { role = old.role, mutedUntil } = draft.member
  const muted_until = mutedUntil === undefined ? old.muted_until : mutedUntil === null ? null : Date.parse(mutedUntil)
  tx.sql.run(
    'UPDATE members SET role = ?, muted_until = ? WHERE room_id = ? AND user_id = ?',
    role,
    muted_until,
    roomId,
    userId,
  )
  const payload = { member: memberOf({ ...old, role, muted_until }), users: selectCards(tx.sql, [userId]) }
  return append(tx, draft, { type: 'member.changed', roomId, userId, payload })
}

export function leaveMember(draft: DraftOf<'member.left'>, tx: Tx): CommittedChange | undefined {
  const { roomId, userId, reason } = draft
  const room = existingRoom(tx, roomId)
  if (tx.sql.run('DELETE FROM members WHERE room_id = ? AND user_id = ?', roomId, userId) === 0) return undefined
  const memberCount = setMemberCount(tx, roomId, room.member_count - 1)
  return append(tx, draft, { type: 'member.left', roomId, userId, payload: { memberCount, reason } })
}

function insertMember({ roomId, userId, member }: DraftOf<'member.joined'>, room: RoomRow, tx: Tx): void {
  tx.sql.run(
    `INSERT INTO members (room_id, user_id, role, joined_at, read_seq, read_ordinal, read_revision, since)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    roomId,
    userId,
    member.role,
    tx.at,
    room.last_seq,
    room.ordinal,
    tx.next,
    tx.next,
  )
}

function setMemberCount(tx: Tx, roomId: string, count: number): number {
  tx.sql.run('UPDATE rooms SET member_count = ? WHERE id = ?', count, roomId)
  return count
}
