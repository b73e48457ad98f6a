/** A new message. This is the hot path: five statements, one more for a reply or a mention. */

import type { DraftOf } from '@suda/core/storage'
import { draftedMessage, isUnreadWorthy, namedIn } from '@suda/core/storage/adapting'
import {
  ChatError,
  isInMainView,
  movesReadPosition,
  type CommittedChange,
  type Message,
  type ThreadCounters,
} from '@suda/protocol'
import { iso, viaColumn } from '../rows.ts'
import { selectCards } from '../select.ts'
import { writeMentions } from './mentions.ts'
import { append, type Tx } from './tx.ts'

export function postMessage(draft: DraftOf<'message.posted'>, tx: Tx): CommittedChange {
  const counters = raiseRoom(draft.roomId, isUnreadWorthy(draft), tx)
  const message = draftedMessage(draft, { ...counters, at: iso(tx.at) })
  insertMessage(message, draft.bodyHash, tx)
  const mentioned = writeMentions(message, tx)
  const thread = draft.message.threadId === undefined ? undefined : raiseThread(message, draft.message.threadId, tx)
  if (draft.source !== undefined) markTaken(draft.source, message.id, tx)
  if (movesReadPosition(message.via)) moveAuthor(message, tx)
  const payload = {
    message,
    mentioned,
    room: { lastSeq: message.seq, ordinal: message.ordinal, lastAt: iso(tx.at) },
    ...(thread !== undefined && { thread }),
    users: selectCards(tx.sql, namedIn([message])),
  }
  return append(tx, draft, { type: 'message.posted', roomId: message.roomId, messageId: message.id, payload })
}

function raiseRoom(roomId: string, raisesOrdinal: boolean, tx: Tx): { seq: number; ordinal: number } {
  const raised = tx.sql.one<{ seq: number; ordinal: number }>(
    `UPDATE rooms SET last_seq = last_seq + 1, ordinal = ordinal + ?, last_at = ?
     WHERE id = ? AND deleted_position IS NULL RETURNING last_seq AS seq, ordinal`,
    raisesOrdinal ? 1 : 0,
    tx.at,
    roomId,
  )
  if (raised === undefined) throw new ChatError('not_found')
  return { seq: raised.seq, ordinal: raised.ordinal }
}

function insertMessage(message: Message, bodyHash: string, tx: Tx): void {
  tx.sql.run(
    `INSERT INTO messages (id, room_id, in_main, seq, ordinal, revision, kind, author_id, via, text, mentions, reply_to, thread_id, also_in_room, system, created_at, body_hash, position)
     VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    message.id,
    message.roomId,
    isInMainView(message) ? 1 : 0,
    message.seq,
    message.ordinal,
    message.kind,
    message.authorId,
    viaColumn(message.via),
    message.text,
    message.mentions.length === 0 ? null : JSON.stringify(message.mentions),
    message.replyTo ?? null,
    message.threadId ?? null,
    message.alsoInRoom === undefined ? null : Number(message.alsoInRoom),
    message.system === undefined ? null : JSON.stringify(message.system),
    Date.parse(message.createdAt),
    bodyHash,
    tx.next,
  )
}

function raiseThread(message: Message, rootId: string, tx: Tx): ThreadCounters {
  const raised = tx.sql.one<{ count: number }>(
    `UPDATE messages SET thread_count = coalesce(thread_count, 0) + 1, thread_last_at = ?
     WHERE id = ? AND room_id = ? RETURNING thread_count AS count`,
    tx.at,
    rootId,
    message.roomId,
  )
  if (raised === undefined) throw new ChatError('not_found')
  return { id: rootId, count: raised.count, lastAt: iso(tx.at) }
}

function markTaken({ source, sourceId }: { source: string; sourceId: string }, messageId: string, tx: Tx): void {
  tx.sql.run('INSERT INTO sources (source, source_id, message_id) VALUES (?, ?, ?)', source, sourceId, messageId)
}

// Whoever posts by hand has read the room up to there.
function moveAuthor(message: Message, tx: Tx): void {
  tx.sql.run(
    'UPDATE members SET read_seq = ?, read_ordinal = ?, read_revision = ? WHERE room_id = ? AND user_id = ?',
    message.seq,
    message.ordinal,
    tx.next,
    message.roomId,
    message.authorId,
  )
}
