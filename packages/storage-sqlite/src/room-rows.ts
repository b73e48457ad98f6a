/** Rooms, members and messages from their rows. */

import type { Member, Message, MyMembership, Room } from '@suda/protocol'
import { iso, viaOf } from './rows.ts'

export interface RoomRow {
  id: string
  slug: string | null
  name: string
  kind: Room['kind']
  visibility: Room['visibility']
  topic: string | null
  archived: number
  revision: number
  member_count: number
  first_seq: number
  last_seq: number
  ordinal: number
  created_at: number
  last_at: number | null
}

export interface MemberRow {
  room_id: string
  user_id: string
  role: Member['role']
  joined_at: number
  muted_until: number | null
  read_seq: number
  read_ordinal: number
  read_revision: number
  since: number
}

export interface MessageRow {
  id: string
  room_id: string
  seq: number
  ordinal: number
  revision: number
  kind: Message['kind']
  author_id: string
  via: string
  text: string
  mentions: string | null
  reply_to: string | null
  thread_id: string | null
  also_in_room: number | null
  thread_count: number | null
  thread_last_at: number | null
  system: string | null
  created_at: number
  edited_at: number | null
  deleted_at: number | null
  deleted_by: string | null
  position: number
}

/** @param my for members alone */
export function roomOf(row: RoomRow, my?: MyMembership): Room {
  return {
    id: row.id,
    slug: row.slug ?? '',
    name: row.name,
    kind: row.kind,
    visibility: row.visibility,
    ...(row.topic !== null && { topic: row.topic }),
    archived: row.archived === 1,
    revision: row.revision,
    memberCount: row.member_count,
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    ordinal: row.ordinal,
    ...(row.last_at !== null && { lastAt: iso(row.last_at) }),
    ...(my !== undefined && { my }),
  }
}

export function memberOf(row: Pick<MemberRow, 'user_id' | 'role' | 'joined_at' | 'muted_until'>): Member {
  return {
    userId: row.user_id,
    role: row.role,
    joinedAt: iso(row.joined_at),
    ...(row.muted_until !== null && { mutedUntil: iso(row.muted_until) }),
  }
}

export function messageOf(row: MessageRow): Message {
  return {
    id: row.id,
    roomId: row.room_id,
    seq: row.seq,
    ordinal: row.ordinal,
    revision: row.revision,
    kind: row.kind,
    authorId: row.author_id,
    via: viaOf(row.via),
    text: row.text,
    format: 'suda-md-1',
    mentions: row.mentions === null ? [] : (JSON.parse(row.mentions) as Message['mentions']),
    attachments: [],
    ...placeOf(row),
    reactions: [],
    ...(row.system !== null && { system: JSON.parse(row.system) as NonNullable<Message['system']> }),
    state: 'final',
    createdAt: iso(row.created_at),
    ...(row.edited_at !== null && { editedAt: iso(row.edited_at) }),
    ...(row.deleted_at !== null && { deletedAt: iso(row.deleted_at) }),
    ...(row.deleted_by !== null && { deletedBy: row.deleted_by }),
  }
}

/** Where a message stands: what it answers, which thread it is in, and the thread under it. */
function placeOf(row: MessageRow): Pick<Message, 'replyTo' | 'threadId' | 'alsoInRoom' | 'thread'> {
  return {
    ...(row.reply_to !== null && { replyTo: row.reply_to }),
    ...(row.thread_id !== null && { threadId: row.thread_id }),
    ...(row.also_in_room !== null && { alsoInRoom: row.also_in_room === 1 }),
    ...(row.thread_last_at !== null && { thread: { count: row.thread_count ?? 0, lastAt: iso(row.thread_last_at) } }),
  }
}
