/** Reads labelled with a position: it is read first, and all is of one moment (DL7). */

import type { ReadableRoom, Readership, Snapshot } from '@suda/core/storage'
import { snapshotBound, snapshotBoundOf } from '@suda/core/storage/adapting'
import { LIMITS, type RoomRole, type User, type UserCard } from '@suda/protocol'
import { selectHead } from '../log-rows.ts'
import { siteOf, userOf } from '../rows.ts'
import { selectCards, selectRoom, selectSite, selectUser } from '../select.ts'
import type { Statements } from '../statements.ts'
import { readRooms, roomsMovedSince, withMy } from './rooms.ts'

export function readSnapshot(
  sql: Statements,
  userId: string,
  part: { roomIds: readonly string[] } | { after?: string },
): Snapshot | undefined {
  return sql.moment(() => {
    const { position, epoch } = selectHead(sql)
    const me = activeUser(sql, userId)
    if (me === undefined) return undefined
    const { rooms, more } =
      'roomIds' in part ? readableOf(sql, me, part.roomIds) : ownRooms(sql, userId, position, part.after)
    const users = cardsFor(sql, rooms)
    return { position, epoch, site: siteOf(selectSite(sql)), me, rooms, users, ...(more !== undefined && { more }) }
  })
}

export function readReadership(sql: Statements, userId: string, roomId?: string): Readership {
  return sql.moment(() => {
    const { position } = selectHead(sql)
    const user = activeUser(sql, userId)
    const rooms = roomId === undefined ? ownReadable(sql, userId) : oneReadable(sql, user, userId, roomId)
    if (user === undefined) return { position, rooms: [] }
    return { position, user, createdAt: createdAt(sql, userId), rooms }
  })
}

export function readPublicRooms(sql: Statements): { position: number; roomIds: string[] } {
  return sql.moment(() => {
    const { position } = selectHead(sql)
    const rows = sql.all<{ id: string }>(
      "SELECT id FROM rooms WHERE visibility = 'public' AND deleted_position IS NULL",
    )
    return { position, roomIds: rows.map((row) => row.id) }
  })
}

function activeUser(sql: Statements, userId: string): User | undefined {
  const row = selectUser(sql, userId)
  return row === undefined || row.suspended_at !== null || row.deleted_at !== null ? undefined : userOf(row)
}

function createdAt(sql: Statements, userId: string): number {
  return sql.one<{ at: number }>('SELECT created_at AS at FROM users WHERE id = ?', userId)?.at ?? 0
}

function ownRooms(
  sql: Statements,
  userId: string,
  position: number,
  after: string | undefined,
): Pick<Snapshot, 'rooms' | 'more'> {
  const bound = after === undefined ? undefined : snapshotBoundOf(after)
  const begunAt = bound?.begunAt ?? position
  const page = { browse: false, limit: LIMITS.syncRooms, ...(bound !== undefined && { after: bound.rooms }) }
  const { more, rooms } = readRooms(sql, userId, page)
  if (more !== undefined) return { rooms, more: snapshotBound({ begunAt, rooms: more }) }
  return { rooms: bound === undefined ? rooms : [...rooms, ...roomsMovedSince(sql, userId, begunAt)] }
}

function readableOf(sql: Statements, me: User, roomIds: readonly string[]): Pick<Snapshot, 'rooms' | 'more'> {
  const rows = [...new Set(roomIds)].flatMap((id) => selectRoom(sql, id) ?? [])
  const rooms = rows.map((row) => withMy(sql, row, me.id))
  return {
    rooms: rooms.filter((room) => room.my !== undefined || (room.visibility === 'public' && me.siteRole !== 'guest')),
  }
}

// A direct room is shown by the names of those in it.
function cardsFor(sql: Statements, rooms: Snapshot['rooms']): UserCard[] {
  const ids = rooms
    .filter((room) => room.kind === 'direct')
    .flatMap((room) => sql.all<{ id: string }>('SELECT user_id AS id FROM members WHERE room_id = ?', room.id))
  return selectCards(
    sql,
    ids.map((row) => row.id),
  )
}

interface ReadableRow {
  id: string
  publicSince: number | null
  since: number | null
  role: RoomRole | null
  deletedAt: number | null
}

const READABLE = `r.id AS id, CASE r.visibility WHEN 'public' THEN r.public_since END AS publicSince, m.since AS since, m.role AS role, r.deleted_position AS deletedAt`

// On the personal feed a room begins with one's own joining, also where one could read it before.
function ownReadable(sql: Statements, userId: string): ReadableRoom[] {
  const rows = sql.all<ReadableRow>(
    `SELECT ${READABLE} FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = ?`,
    userId,
  )
  return rows.flatMap((row) => readableRoom(row, row.since) ?? [])
}

// On a room's own feed it begins with the earlier way in.
function oneReadable(sql: Statements, user: User | undefined, userId: string, roomId: string): ReadableRoom[] {
  const row = sql.one<ReadableRow>(
    `SELECT ${READABLE} FROM rooms r LEFT JOIN members m ON m.room_id = r.id AND m.user_id = ? WHERE r.id = ?`,
    userId,
    roomId,
  )
  if (row === undefined) return []
  const ways = [row.since, user?.siteRole === 'guest' ? null : row.publicSince].filter((since) => since !== null)
  const readable = readableRoom(row, ways.length === 0 ? null : Math.min(...ways))
  return readable === undefined ? [] : [readable]
}

function readableRoom(row: ReadableRow, since: number | null): ReadableRoom | undefined {
  if (since === null) return undefined
  return {
    roomId: row.id,
    since,
    isMember: row.since !== null,
    ...(row.role !== null && { role: row.role }),
    ...(row.deletedAt !== null && { deletedAt: row.deletedAt }),
  }
}
