/** Rooms. */

import type { DraftOf } from '@suda/core/storage'
import { ChatError, type CommittedChange } from '@suda/protocol'
import type { RoomDocument } from '../documents.ts'
import { roomOf } from '../mappers-document.ts'
import { without } from '../without-document.ts'
import { forgetIdleAnswers } from './take-back.ts'
import { append, type Tx } from './tx.ts'

export function createRoom(draft: DraftOf<'room.created'>, tx: Tx): CommittedChange {
  const { roomId, room } = draft
  const created: RoomDocument = {
    _id: roomId,
    ...room,
    archived: false,
    revision: 1,
    memberCount: 0,
    firstSeq: 1,
    lastSeq: 0,
    ordinal: 0,
    createdAt: tx.at,
    activeAt: tx.at,
    ...(room.visibility === 'public' && { publicSince: tx.next }),
  }
  tx.docs.insert('rooms', created)
  const payload = { room: roomOf(created) }
  return append(tx, draft, { type: 'room.created', roomId, payload }, { settingsOf: roomId })
}

export async function changeRoom(draft: DraftOf<'room.changed'>, tx: Tx): Promise<CommittedChange> {
  const { roomId } = draft
  const next = changed(await existingRoom(tx, roomId), draft.room, tx.next)
  tx.docs.replace('rooms', next)
  const payload = { room: roomOf(next) }
  return append(tx, draft, { type: 'room.changed', roomId, payload }, { settingsOf: roomId })
}

/** Unreadable at once; the members stay as the audience, the content is erased by a job. */
export async function deleteRoom(draft: DraftOf<'room.deleted'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { roomId } = draft
  const old = await tx.docs.get('rooms', roomId)
  if (old === undefined || old.deletedPosition !== undefined) return undefined
  const gone = { name: '', revision: old.revision + 1, deletedPosition: tx.next, isErasing: true } as const
  tx.docs.replace('rooms', { ...without(old, 'slug', 'topic'), ...gone })
  await forgetIdleAnswers(tx.docs)
  tx.erases = true
  return append(tx, draft, { type: 'room.deleted', roomId, payload: {} })
}

/** @throws ChatError `not_found`, also for a deleted room */
export async function existingRoom({ docs }: Tx, roomId: string): Promise<RoomDocument> {
  const room = await docs.get('rooms', roomId)
  if (room === undefined || room.deletedPosition !== undefined) throw new ChatError('not_found')
  return room
}

function changed(old: RoomDocument, given: DraftOf<'room.changed'>['room'], position: number): RoomDocument {
  const { topic = old.topic, ...settings } = given
  const rest = { ...without(old, 'topic'), ...settings }
  const next = { ...rest, ...(topic !== undefined && topic !== null && { topic }), revision: old.revision + 1 }
  return next.visibility === old.visibility ? next : withVisibility(next, position)
}

// Whoever reads by visibility alone may be told nothing from before.
function withVisibility(room: RoomDocument, position: number): RoomDocument {
  return { ...without(room, 'publicSince'), ...(room.visibility === 'public' && { publicSince: position }) }
}
