/** A message loses its text; its place in the room and its id stay. */

import type { DraftOf } from '@suda/core/storage'
import { namedIn } from '@suda/core/storage/adapting'
import type { CommittedChange, ThreadCounters } from '@suda/protocol'
import { messageOf } from '../room-rows.ts'
import { iso } from '../rows.ts'
import { selectCards } from '../select.ts'
import { existingMessage } from './edit-message.ts'
import { removeMentions } from './mentions.ts'
import { existingRoom } from './rooms.ts'
import { takeBack } from './take-back.ts'
import { append, type Tx } from './tx.ts'

/** One that is deleted already makes no change. */
export function deleteMessage(draft: DraftOf<'message.deleted'>, tx: Tx): CommittedChange | undefined {
  const { roomId, messageId } = draft
  existingRoom(tx, roomId)
  const row = existingMessage(draft, tx)
  if (row.deleted_at !== null) return undefined
  clear(draft, tx)
  removeMentions(tx.sql, roomId, row.seq)
  const thread = row.thread_id === null ? undefined : recountThread(row.thread_id, tx)
  const message = messageOf(existingMessage(draft, tx))
  const supersedes = takeBack(tx.sql, message, row.position)
  tx.redacts = true
  const users = selectCards(tx.sql, namedIn([message]))
  const payload = { message, users, ...(thread !== undefined && { thread }) }
  return append(tx, draft, { type: 'message.deleted', roomId, messageId, payload }, { supersedes })
}

function clear({ messageId, deletedBy }: DraftOf<'message.deleted'>, tx: Tx): void {
  tx.sql.run(
    "UPDATE messages SET text = '', mentions = NULL, revision = revision + 1, deleted_at = ?, deleted_by = ? WHERE id = ?",
    tx.at,
    deletedBy,
    messageId,
  )
}

// The time of the last reply that is left; of a thread without any, the time it had.
function recountThread(rootId: string, tx: Tx): ThreadCounters | undefined {
  const left = tx.sql.one<{ count: number; last: number | null }>(
    'SELECT count(*) AS count, max(created_at) AS last FROM messages WHERE thread_id = ? AND deleted_at IS NULL',
    rootId,
  )
  const root = tx.sql.one<{ count: number; last: number }>(
    `UPDATE messages SET thread_count = ?, thread_last_at = coalesce(?, thread_last_at) WHERE id = ?
     RETURNING thread_count AS count, thread_last_at AS last`,
    left?.count ?? 0,
    left?.last ?? null,
    rootId,
  )
  return root && { id: rootId, count: root.count, lastAt: iso(root.last) }
}
