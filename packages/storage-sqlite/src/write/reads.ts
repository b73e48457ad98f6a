/** Read positions. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { selectMember, selectUnreadMentions } from '../select.ts'
import { existingRoom } from './rooms.ts'
import { voidKey } from './take-back.ts'
import { append, type Tx } from './tx.ts'

export function moveRead(draft: DraftOf<'read.moved'>, tx: Tx): CommittedChange | undefined {
  const { roomId, userId } = draft
  const { last_seq } = existingRoom(tx, roomId)
  const member = selectMember(tx.sql, roomId, userId)
  if (member === undefined) return undefined
  const seq = Math.min(draft.seq, last_seq)
  if (!draft.force && seq <= member.read_seq) return undefined
  const revision = tx.next
  const ordinal = ordinalAt(roomId, seq, tx)
  tx.sql.run(
    'UPDATE members SET read_seq = ?, read_ordinal = ?, read_revision = ? WHERE room_id = ? AND user_id = ?',
    seq,
    ordinal,
    revision,
    roomId,
    userId,
  )
  const payload = { seq, ordinal, revision, unreadMentions: selectUnreadMentions(tx.sql, roomId, userId, seq) }
  const key = readKey(roomId, userId)
  const supersedes = voidKey(tx.sql, key)
  return append(tx, draft, { type: 'read.moved', roomId, userId, payload }, { key, supersedes })
}

/** Under this key a newer read position voids the older one (DL2a). */
function readKey(roomId: string, userId: string): string {
  return `read:${roomId}:${userId}`
}

// Only the main view raises the ordinal, so its newest message up to there has it.
function ordinalAt(roomId: string, seq: number, tx: Tx): number {
  const row = tx.sql.one<{ ordinal: number }>(
    'SELECT ordinal FROM messages WHERE room_id = ? AND in_main = 1 AND seq <= ? ORDER BY seq DESC LIMIT 1',
    roomId,
    seq,
  )
  return row?.ordinal ?? 0
}
