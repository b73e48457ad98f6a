/** A message gets another text. */

import type { DraftOf } from '@suda/core/storage'
import { namedIn } from '@suda/core/storage/adapting'
import { ChatError, type CommittedChange } from '@suda/protocol'
import { messageOf, type MessageRow } from '../room-rows.ts'
import { selectCards, selectMessage } from '../select.ts'
import { existingRoom } from './rooms.ts'
import { takeBack } from './take-back.ts'
import { append, type Tx } from './tx.ts'

export function editMessage(draft: DraftOf<'message.edited'>, tx: Tx): CommittedChange {
  const { roomId, messageId } = draft
  existingRoom(tx, roomId)
  const row = existingMessage(draft, tx)
  if (row.deleted_at !== null) throw new ChatError('message_deleted')
  const { text, mentions } = draft.message
  tx.sql.run(
    'UPDATE messages SET text = ?, mentions = ?, revision = revision + 1, edited_at = ? WHERE id = ?',
    text,
    mentions.length === 0 ? null : JSON.stringify(mentions),
    tx.at,
    messageId,
  )
  const message = messageOf(existingMessage(draft, tx))
  const supersedes = takeBack(tx.sql, message, row.position)
  tx.redacts = true
  const payload = { message, users: selectCards(tx.sql, namedIn([message])) }
  return append(tx, draft, { type: 'message.edited', roomId, messageId, payload }, { supersedes })
}

/** @throws ChatError `not_found`, also for a message of another room */
export function existingMessage({ roomId, messageId }: { roomId: string; messageId: string }, tx: Tx): MessageRow {
  const row = selectMessage(tx.sql, messageId)
  if (row === undefined || row.room_id !== roomId) throw new ChatError('not_found')
  return row
}
