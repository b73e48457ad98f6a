/** Reads of rooms and their members. */

import type { MemberPage, RoomPage, RoomRecord } from '@suda/core/storage'
import { roomBound, roomBoundOf } from '@suda/core/storage/adapting'
import type { MyMembership, Room } from '@suda/protocol'
import { memberOf, roomOf, type MemberRow, type RoomRow } from '../room-rows.ts'
import { iso } from '../rows.ts'
import { ROOM, selectCards, selectMember, selectRoom, selectUnreadMentions } from '../select.ts'
import type { Statements } from '../statements.ts'

/** Only what has it can be an id. */
const UUID_LENGTH = 36

export function readRoom(sql: Statements, ref: string, userId: string): RoomRecord | undefined {
  const row = (ref.length === UUID_LENGTH ? selectRoom(sql, ref) : undefined) ?? selectRoomBySlug(sql, ref)
  if (row === undefined) return undefined
  const member = selectMember(sql, row.id, userId)
  if (member === undefined) return { room: roomOf(row) }
  const room = roomOf(row, myMembership(sql, member, row))
  return { room, ...(member.muted_until !== null && { mutedUntil: iso(member.muted_until) }) }
}

export function readMember(sql: Statements, roomId: string, userId: string): MyMembership | undefined {
  const room = selectRoom(sql, roomId)
  const member = room && selectMember(sql, roomId, userId)
  return member && myMembership(sql, member, room)
}

export function readMembers(sql: Statements, roomId: string, page: { after?: string; limit: number }): MemberPage {
  if (selectRoom(sql, roomId) === undefined) return { members: [], users: [] }
  const rows = sql.all<MemberRow>(
    'SELECT * FROM members WHERE room_id = ? AND user_id > ? ORDER BY user_id LIMIT ?',
    roomId,
    page.after ?? '',
    page.limit + 1,
  )
  const members = rows.slice(0, page.limit).map(memberOf)
  const last = rows.length > page.limit ? members.at(-1)?.userId : undefined
  const users = selectCards(
    sql,
    members.map((member) => member.userId),
  )
  return { members, users, ...(last !== undefined && { more: last }) }
}

/** Newest activity first. */
export function readRooms(
  sql: Statements,
  userId: string,
  page: { browse: boolean; after?: string; limit: number },
): RoomPage {
  const { time, id } = roomBoundOf(page.after)
  const rows = sql.all<RoomRow & { time: number }>(
    `SELECT ${ROOM}, coalesce(last_at, created_at) AS time FROM rooms
     WHERE deleted_position IS NULL AND id IN (${page.browse ? MINE_AND_PUBLIC : MINE})
     AND (coalesce(last_at, created_at), id) < (?2, ?3) ORDER BY time DESC, id DESC LIMIT ?4`,
    userId,
    time,
    id,
    page.limit + 1,
  )
  const rooms = rows.slice(0, page.limit).map((row) => withMy(sql, row, userId))
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined
  return { rooms, ...(last !== undefined && { more: roomBound(last) }) }
}

/** Rooms of the user that were written to after a position. */
export function roomsMovedSince(sql: Statements, userId: string, position: number): Room[] {
  const rows = sql.all<RoomRow>(
    `SELECT ${ROOM} FROM rooms WHERE deleted_position IS NULL AND id IN (${MINE}) AND EXISTS (
       SELECT 1 FROM messages m
       WHERE m.room_id = rooms.id AND m.in_main IN (0, 1) AND m.seq = rooms.last_seq AND m.position > ?2)`,
    userId,
    position,
  )
  return rows.map((row) => withMy(sql, row, userId))
}

export function withMy(sql: Statements, row: RoomRow, userId: string): Room {
  const member = selectMember(sql, row.id, userId)
  return member === undefined ? roomOf(row) : roomOf(row, myMembership(sql, member, row))
}

const MINE = 'SELECT room_id FROM members WHERE user_id = ?1'
const MINE_AND_PUBLIC = `${MINE} UNION SELECT id FROM rooms WHERE visibility = 'public' AND deleted_position IS NULL`

function selectRoomBySlug(sql: Statements, slug: string): RoomRow | undefined {
  return sql.one<RoomRow>(`SELECT ${ROOM} FROM rooms WHERE slug = ?`, slug)
}

function myMembership(sql: Statements, row: MemberRow, room: Pick<RoomRow, 'last_seq'>): MyMembership {
  // Most who ask have read everything, and then there is nothing to look up.
  const isRead = row.read_seq >= room.last_seq
  return {
    role: row.role,
    readSeq: row.read_seq,
    readOrdinal: row.read_ordinal,
    readRevision: row.read_revision,
    unreadMentions: isRead ? [] : selectUnreadMentions(sql, row.room_id, row.user_id, row.read_seq),
  }
}
