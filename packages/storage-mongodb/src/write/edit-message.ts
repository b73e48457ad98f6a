/** A message gets another text. */

import type { DraftOf } from '@suda/core/storage'
import { namedIn } from '@suda/core/storage/adapting'
import { ChatError, type CommittedChange } from '@suda/protocol'
import type { MessageDocument } from '../documents.ts'
import { messageOf } from '../mappers-document.ts'
import { without } from '../without-document.ts'
import { cardsOf } from './cards.ts'
import { existingRoom } from './rooms.ts'
import { takeBack } from './take-back.ts'
import { append, type Tx } from './tx.ts'

export async function editMessage(draft: DraftOf<'message.edited'>, tx: Tx): Promise<CommittedChange> {
  const { roomId, messageId } = draft
  await existingRoom(tx, roomId)
  const old = await existingMessage(draft, tx)
  if (old.deletedAt !== undefined) throw new ChatError('message_deleted')
  const { text, mentions } = draft.message
  const edit = { text, ...(mentions.length > 0 && { mentions }), revision: old.revision + 1, editedAt: tx.at }
  const next = { ...without(old, 'mentions'), ...edit }
  tx.docs.replace('messages', next)
  const message = messageOf(next)
  const supersedes = await takeBack(tx.docs, message, old.position)
  const payload = { message, users: await cardsOf(tx.docs, namedIn([message])) }
  const extras = { supersedes, editOf: messageId }
  return append(tx, draft, { type: 'message.edited', roomId, messageId, payload }, extras)
}

/** @throws ChatError `not_found`, also for a message of another room */
export async function existingMessage(
  { roomId, messageId }: { readonly roomId: string; readonly messageId: string },
  { docs }: Tx,
): Promise<MessageDocument> {
  const message = await docs.get('messages', messageId)
  if (message?.roomId !== roomId) throw new ChatError('not_found')
  return message
}
