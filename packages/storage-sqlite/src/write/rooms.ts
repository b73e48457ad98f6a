/** Rooms. */

import type { DraftOf } from '@suda/core/storage'
import { ChatError, type CommittedChange, type Visibility } from '@suda/protocol'
import { roomOf, type RoomRow } from '../room-rows.ts'
import { selectRoom } from '../select.ts'
import { forgetIdleAnswers } from './take-back.ts'
import { append, type Tx } from './tx.ts'

export function createRoom(draft: DraftOf<'room.created'>, tx: Tx): CommittedChange {
  const { roomId, room } = draft
  tx.sql.run(
    `INSERT INTO rooms (id, slug, name, kind, visibility, topic, archived, revision, member_count, first_seq, last_seq, ordinal, created_at, public_since, erasing)
     VALUES (?, ?, ?, ?, ?, ?, 0, 1, 0, 1, 0, 0, ?, ?, 0)`,
    roomId,
    room.slug,
    room.name,
    room.kind,
    room.visibility,
    room.topic ?? null,
    tx.at,
    room.visibility === 'public' ? tx.next : null,
  )
  return append(tx, draft, { type: 'room.created', roomId, payload: { room: roomOf(existingRoom(tx, roomId)) } })
}

export function changeRoom(draft: DraftOf<'room.changed'>, tx: Tx): CommittedChange {
  const { roomId } = draft
  const old = existingRoom(tx, roomId)
  const next = changed(old, draft.room)
  tx.sql.run(
    'UPDATE rooms SET slug = ?, name = ?, topic = ?, visibility = ?, archived = ?, revision = ? WHERE id = ?',
    next.slug,
    next.name,
    next.topic,
    next.visibility,
    next.archived,
    next.revision,
    roomId,
  )
  if (next.visibility !== old.visibility) setPublicSince(tx, roomId, next.visibility)
  return append(tx, draft, { type: 'room.changed', roomId, payload: { room: roomOf(next) } })
}

/** Unreadable at once; the members stay as the audience, the content is erased by a job. */
export function deleteRoom(draft: DraftOf<'room.deleted'>, tx: Tx): CommittedChange | undefined {
  const { roomId } = draft
  const deleted = tx.sql.run(
    `UPDATE rooms SET slug = NULL, name = '', topic = NULL, revision = revision + 1, deleted_position = ?, erasing = 1
     WHERE id = ? AND deleted_position IS NULL`,
    tx.next,
    roomId,
  )
  if (deleted === 0) return undefined
  forgetIdleAnswers(tx.sql)
  tx.redacts = true
  tx.erases = true
  return append(tx, draft, { type: 'room.deleted', roomId, payload: {} })
}

/** @throws ChatError `not_found`, also for a deleted room */
export function existingRoom(tx: Tx, roomId: string): RoomRow {
  const row = selectRoom(tx.sql, roomId)
  if (row === undefined) throw new ChatError('not_found')
  return row
}

function changed(old: RoomRow, room: DraftOf<'room.changed'>['room']): RoomRow {
  return {
    ...old,
    slug: room.slug ?? old.slug,
    name: room.name ?? old.name,
    topic: room.topic === undefined ? old.topic : room.topic,
    visibility: room.visibility ?? old.visibility,
    archived: room.archived === undefined ? old.archived : Number(room.archived),
    revision: old.revision + 1,
  }
}

// Whoever reads by visibility alone may be told nothing from before.
function setPublicSince(tx: Tx, roomId: string, visibility: Visibility): void {
  tx.sql.run('UPDATE rooms SET public_since = ? WHERE id = ?', visibility === 'public' ? tx.next : null, roomId)
}
