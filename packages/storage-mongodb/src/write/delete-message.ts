/** A message loses its text; its place in the room and its id stay. */

import type { DraftOf } from '@suda/core/storage'
import { namedIn } from '@suda/core/storage/adapting'
import type { CommittedChange, ThreadCounters } from '@suda/protocol'
import type { MessageDocument } from '../documents.ts'
import { messageOf } from '../mappers-document.ts'
import { absent } from '../where.ts'
import { without } from '../without-document.ts'
import { cardsOf } from './cards.ts'
import { existingMessage } from './edit-message.ts'
import { removeMentions } from './mentions.ts'
import { existingRoom } from './rooms.ts'
import { takeBack } from './take-back.ts'
import { append, type Tx } from './tx.ts'

/** One that is deleted already makes no change. */
export async function deleteMessage(draft: DraftOf<'message.deleted'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { roomId, messageId } = draft
  await existingRoom(tx, roomId)
  const old = await existingMessage(draft, tx)
  if (old.deletedAt !== undefined) return undefined
  const next = cleared(old, draft.deletedBy, tx.at)
  tx.docs.replace('messages', next)
  await removeMentions(tx.docs, roomId, old.seq)
  const thread = old.threadId === undefined ? undefined : await recountThread(old.threadId, tx)
  const message = messageOf(next)
  const supersedes = await takeBack(tx.docs, message, old.position)
  const users = await cardsOf(tx.docs, namedIn([message]))
  const payload = { message, users, ...(thread !== undefined && { thread }) }
  const extras = { supersedes, editOf: messageId }
  return append(tx, draft, { type: 'message.deleted', roomId, messageId, payload }, extras)
}

function cleared(old: MessageDocument, deletedBy: string, deletedAt: Date): MessageDocument {
  return { ...without(old, 'mentions'), text: '', revision: old.revision + 1, deletedAt, deletedBy }
}

// The time of the last reply that is left; of a thread without any, the time it had.
async function recountThread(rootId: string, { docs }: Tx): Promise<ThreadCounters | undefined> {
  const root = await docs.get('messages', rootId)
  if (root === undefined) return undefined
  const left = { threadId: rootId, deletedAt: absent }
  const [last] = await docs.find('messages', left, { sort: { createdAt: -1 }, limit: 1 })
  const threadCount = Math.max(0, (root.threadCount ?? 0) - 1)
  const threadLastAt = last?.createdAt ?? root.threadLastAt ?? root.createdAt
  docs.replace('messages', { ...root, threadCount, threadLastAt })
  return { id: rootId, count: threadCount, lastAt: threadLastAt.toISOString() }
}
