/** The audit, newest first. */

import type { AuditEntry } from '@suda/core/storage'
import { iso, viaOf } from '../rows.ts'
import type { Statements } from '../statements.ts'

interface AuditRow {
  id: number
  at: number
  type: string
  actor_id: string | null
  user_id: string | null
  room_id: string | null
  via: string
  address: string | null
  request_id: string
}

export function readAudit(
  sql: Statements,
  page: { before?: number; limit: number; actorId?: string; type?: string },
): AuditEntry[] {
  const conditions = ['id < ?']
  const values: (number | string)[] = [page.before ?? Number.MAX_SAFE_INTEGER]
  if (page.actorId !== undefined) conditions.push('actor_id = ?') && values.push(page.actorId)
  if (page.type !== undefined) conditions.push('type = ?') && values.push(page.type)
  const where = conditions.join(' AND ')
  return sql
    .all<AuditRow>(`SELECT * FROM audit WHERE ${where} ORDER BY id DESC LIMIT ?`, ...values, page.limit)
    .map(entryOf)
}

function entryOf(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: iso(row.at),
    type: row.type,
    ...(row.actor_id !== null && { actorId: row.actor_id }),
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.room_id !== null && { roomId: row.room_id }),
    via: viaOf(row.via),
    ...(row.address !== null && { address: row.address }),
    requestId: row.request_id,
  }
}
