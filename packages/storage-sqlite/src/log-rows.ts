/** The log as it is read: rows of `changes` as storage hands them to the hub. */

import { TrimmedError, type LogHead } from '@suda/core/storage'
import type { Audience, ChangeType, CommittedChange } from '@suda/protocol'
import type { Statements } from './statements.ts'

interface ChangeRow {
  position: number
  at: number
  type: ChangeType
  audience: string
  room_id: string | null
  user_id: string | null
  message_id: string | null
  actor_id: string | null
  supersedes: string | null
  json: string
}

const COLUMNS = 'position, at, type, audience, room_id, user_id, message_id, actor_id, supersedes, json'

export function selectHead(sql: Statements): LogHead {
  const row = sql.one<{ epoch: string; position: number | null; firstPosition: number }>(
    'SELECT epoch, (SELECT max(position) FROM changes) AS position, first_position AS firstPosition FROM log',
  )
  if (row === undefined) throw new Error('the database has no log')
  return { epoch: row.epoch, position: row.position ?? row.firstPosition - 1, firstPosition: row.firstPosition }
}

/** @throws TrimmedError if some of them are gone (DL2b) */
export function changesAfter(sql: Statements, position: number, limit: number): CommittedChange[] {
  const rows = sql.all<ChangeRow>(
    `SELECT ${COLUMNS} FROM changes WHERE position > ? ORDER BY position LIMIT ?`,
    position,
    limit,
  )
  const first = rows[0]
  // A hole at the beginning can only be a trimmed prefix: positions are dense.
  if (first !== undefined && first.position !== position + 1) throw new TrimmedError(first.position)
  if (first === undefined && limit > 0) assertNotTrimmed(sql, position)
  return rows.map(changeOf)
}

/** Those that are still in the log. */
export function changesBetween(sql: Statements, first: number, last: number): CommittedChange[] {
  const rows = sql.all<ChangeRow>(
    `SELECT ${COLUMNS} FROM changes WHERE position BETWEEN ? AND ? ORDER BY position`,
    first,
    last,
  )
  return rows.map(changeOf)
}

function assertNotTrimmed(sql: Statements, position: number): void {
  const { firstPosition } = selectHead(sql)
  if (position < firstPosition - 1) throw new TrimmedError(firstPosition)
}

function changeOf(row: ChangeRow): CommittedChange {
  return {
    position: row.position,
    at: row.at,
    type: row.type,
    audience: row.audience.split(' ') as Audience[],
    ...(row.room_id !== null && { roomId: row.room_id }),
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.message_id !== null && { messageId: row.message_id }),
    ...(row.actor_id !== null && { actorId: row.actor_id }),
    json: row.json,
    ...(row.supersedes !== null && { supersedes: row.supersedes.split(' ').map(Number) }),
  }
}
