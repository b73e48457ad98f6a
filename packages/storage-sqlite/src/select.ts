/** Look-ups that the writer and the readers share. */

import type { UserCard } from '@suda/protocol'
import type { MemberRow, MessageRow, RoomRow } from './room-rows.ts'
import { cardOf, type SiteRow, type UserRow } from './rows.ts'
import type { Statements } from './statements.ts'

export const MESSAGE = `id, room_id, seq, ordinal, revision, kind, author_id, via, text, mentions, reply_to, thread_id, also_in_room,
  thread_count, thread_last_at, system, created_at, edited_at, deleted_at, deleted_by, position`
export const ROOM = `id, slug, name, kind, visibility, topic, archived, revision, member_count, first_seq, last_seq, ordinal, created_at, last_at`
export const USER = `id, kind, username, display_name, site_role, email, external_id, time_zone, locale, password_hash, revision,
  suspended_at, deleted_at`

export function selectSite(sql: Statements): SiteRow {
  const row = sql.one<SiteRow>('SELECT id, name, sign_up, default_rooms, keep_edits, revision, secret FROM site')
  if (row === undefined) throw new Error('the database has no site')
  return row
}

export function selectUser(sql: Statements, id: string): UserRow | undefined {
  return sql.one<UserRow>(`SELECT ${USER} FROM users WHERE id = ?`, id)
}

/** Rooms that were deleted are not found. */
export function selectRoom(sql: Statements, id: string): RoomRow | undefined {
  return sql.one<RoomRow>(`SELECT ${ROOM} FROM rooms WHERE id = ? AND deleted_position IS NULL`, id)
}

export function selectMember(sql: Statements, roomId: string, userId: string): MemberRow | undefined {
  return sql.one<MemberRow>('SELECT * FROM members WHERE room_id = ? AND user_id = ?', roomId, userId)
}

export function selectMessage(sql: Statements, id: string): MessageRow | undefined {
  return sql.one<MessageRow>(`SELECT ${MESSAGE} FROM messages WHERE id = ?`, id)
}

/** Cards of those that exist; each id once. */
export function selectCards(sql: Statements, ids: Iterable<string>): UserCard[] {
  const cards: UserCard[] = []
  for (const id of new Set(ids)) {
    const row = sql.one<UserRow>(
      'SELECT id, kind, username, display_name, revision, deleted_at FROM users WHERE id = ?',
      id,
    )
    if (row !== undefined) cards.push(cardOf(row))
  }
  return cards
}

/** `seq` of each message beyond the read position that mentioned this user or the room when it was posted, ascending. */
export function selectUnreadMentions(sql: Statements, roomId: string, userId: string, readSeq: number): number[] {
  const rows = sql.all<{ seq: number }>(
    `SELECT DISTINCT seq FROM mentions WHERE room_id = ? AND user_id IN (?, '') AND seq > ? AND author_id <> ? ORDER BY seq`,
    roomId,
    userId,
    readSeq,
    userId,
  )
  return rows.map((row) => row.seq)
}
