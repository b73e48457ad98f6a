/** A new message. This is the hot path: with what is at hand from earlier transactions it asks the database for nothing but its id. */

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
import { memberId, takenId, type MessageDocument, type RoomDocument } from '../documents.ts'
import { cardsOf } from './cards.ts'
import { writeMentions } from './mentions.ts'
import { existingRoom } from './rooms.ts'
import { append, type Tx } from './tx.ts'

export async function postMessage(draft: DraftOf<'message.posted'>, tx: Tx): Promise<CommittedChange> {
  const { docs } = tx
  const room = await existingRoom(tx, draft.roomId)
  if ((await docs.messageBefore(draft.messageId)) !== undefined) throw new ChatError('conflict')
  const { lastSeq: seq, ordinal } = raiseRoom(room, isUnreadWorthy(draft), tx)
  const message = draftedMessage(draft, { seq, ordinal, at: tx.at.toISOString() })
  docs.insert('messages', documentOf(message, draft.bodyHash, tx))
  const mentioned = writeMentions(message, docs)
  const thread = message.threadId === undefined ? undefined : await raiseThread(message, message.threadId, tx)
  if (draft.source !== undefined) await markTaken(draft.source, message.id, tx)
  if (movesReadPosition(message.via)) await moveAuthor(message, tx)
  const payload = {
    message,
    mentioned,
    room: { lastSeq: seq, ordinal, lastAt: tx.at.toISOString() },
    ...(thread !== undefined && { thread }),
    users: await cardsOf(docs, namedIn([message])),
  }
  return append(tx, draft, { type: 'message.posted', roomId: message.roomId, messageId: message.id, payload })
}

function raiseRoom(room: RoomDocument, raisesOrdinal: boolean, tx: Tx): RoomDocument {
  const { at, docs, next } = tx
  const ordinal = room.ordinal + (raisesOrdinal ? 1 : 0)
  const raised = { ...room, lastSeq: room.lastSeq + 1, ordinal, lastAt: at, activeAt: at, movedAt: next }
  docs.replace('rooms', raised)
  return raised
}

function documentOf(message: Message, bodyHash: string, tx: Tx): MessageDocument {
  const { id, roomId, seq, ordinal, revision, kind, authorId, via, text, mentions, system } = message
  const { replyTo, threadId, alsoInRoom } = message
  return {
    _id: id,
    roomId,
    inMain: isInMainView(message),
    seq,
    ordinal,
    revision,
    kind,
    authorId,
    via,
    text,
    ...(mentions.length > 0 && { mentions }),
    ...(replyTo !== undefined && { replyTo }),
    ...(threadId !== undefined && { threadId }),
    ...(alsoInRoom !== undefined && { alsoInRoom }),
    ...(system !== undefined && { system }),
    createdAt: new Date(message.createdAt),
    bodyHash,
    position: tx.next,
  }
}

async function raiseThread({ roomId }: Message, rootId: string, { at, docs }: Tx): Promise<ThreadCounters> {
  const root = await docs.get('messages', rootId)
  if (root?.roomId !== roomId) throw new ChatError('not_found')
  const count = (root.threadCount ?? 0) + 1
  docs.replace('messages', { ...root, threadCount: count, threadLastAt: at })
  return { id: rootId, count, lastAt: at.toISOString() }
}

async function markTaken(
  { source, sourceId }: { readonly source: string; readonly sourceId: string },
  messageId: string,
  { at, docs }: Tx,
): Promise<void> {
  const taken = { _id: takenId(source, sourceId), source, messageId, at }
  const before = await docs.get('taken', taken._id)
  if (before === undefined) docs.insert('taken', taken)
  else if (before.messageId === undefined) docs.replace('taken', taken)
  else throw new ChatError('conflict') // by an earlier draft of the same commit
}

// Whoever posts by hand has read the room up to there.
async function moveAuthor({ authorId, ordinal, roomId, seq }: Message, { docs, next }: Tx): Promise<void> {
  const member = await docs.get('members', memberId(roomId, authorId))
  if (member === undefined) return
  docs.replace('members', { ...member, readSeq: seq, readOrdinal: ordinal, readRevision: next })
}
