/** Whom a message mentioned when it was posted: an edit adds nobody, a delete takes all away. */

import type { Message } from '@suda/protocol'
import type { Statements } from '../statements.ts'
import type { Tx } from './tx.ts'

/** In the place of a user id: everybody in the room. */
const WHOLE_ROOM = ''

export function writeMentions(message: Message, tx: Tx): { userIds: readonly string[]; room: boolean } {
  const userIds = new Set<string>()
  for (const mention of message.mentions) if (mention.kind === 'user') userIds.add(mention.userId)
  const room = message.mentions.some((mention) => mention.kind === 'room')
  for (const userId of room ? [...userIds, WHOLE_ROOM] : userIds) {
    tx.sql.run(
      'INSERT INTO mentions (room_id, user_id, seq, author_id) VALUES (?, ?, ?, ?)',
      message.roomId,
      userId,
      message.seq,
      message.authorId,
    )
  }
  return { userIds: [...userIds], room }
}

export function removeMentions(sql: Statements, roomId: string, seq: number): void {
  sql.run('DELETE FROM mentions WHERE room_id = ? AND seq = ?', roomId, seq)
}
