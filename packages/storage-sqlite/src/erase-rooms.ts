/** The job that empties deleted rooms, in slices between groups. It finds its work in the database, so a restart goes on. */

import type { Statements } from './statements.ts'
import { removeMentions } from './write/mentions.ts'
import { voidChange } from './write/take-back.ts'

interface Doomed {
  number: number
  id: string
  seq: number
  position: number
}

interface Logged {
  position: number
  at: number
  retry_id: number | null
}

export function roomsToErase(sql: Statements): number {
  const row = sql.one<{ count: number }>(
    'SELECT count(*) AS count FROM rooms WHERE deleted_position IS NOT NULL AND erasing = 1',
  )
  return row?.count ?? 0
}

/** Erases up to `limit` messages of one room; when none are left, what the log tells of the room, and the room is done. */
export function eraseRoomSlice(sql: Statements, limit: number): void {
  const room = sql.one<{ id: string }>(
    'SELECT id FROM rooms WHERE deleted_position IS NOT NULL AND erasing = 1 LIMIT 1',
  )
  if (room === undefined) return
  sql.atomically(() => {
    const doomed = sql.all<Doomed>(
      'SELECT number, id, seq, position FROM messages WHERE room_id = ? LIMIT ?',
      room.id,
      limit,
    )
    for (const message of doomed) eraseMessage(sql, room.id, message)
    if (doomed.length < limit && eraseRoomChanges(sql, room.id, limit)) finish(sql, room.id)
  })
}

function eraseMessage(sql: Statements, roomId: string, { number, id, seq, position }: Doomed): void {
  const logged = sql.all<Logged>(
    `SELECT position, at, retry_id FROM changes WHERE position = ? AND type = 'message.posted'
     UNION ALL
     SELECT position, at, retry_id FROM changes WHERE message_id = ? AND type IN ('message.edited', 'message.deleted')`,
    position,
    id,
  )
  for (const change of logged) voidChange(sql, change)
  removeMentions(sql, roomId, seq)
  sql.run('DELETE FROM messages WHERE number = ?', number)
}

// Names and topics stand in the room's own changes, read positions under keys. Who joined and left stays: it tells
// nothing of the content, and a client that was away needs `member.left` to let go of the room.
function eraseRoomChanges(sql: Statements, roomId: string, limit: number): boolean {
  const logged = sql.all<Logged>(
    `SELECT position, at, retry_id FROM changes WHERE room_id = ?1 AND type IN ('room.created', 'room.changed')
     UNION ALL
     SELECT position, at, retry_id FROM changes WHERE key > 'read:' || ?1 || ':' AND key < 'read:' || ?1 || ';'
     LIMIT ?2`,
    roomId,
    limit,
  )
  for (const change of logged) voidChange(sql, change)
  return logged.length < limit
}

function finish(sql: Statements, roomId: string): void {
  sql.run('UPDATE rooms SET erasing = 0 WHERE id = ?', roomId)
}
