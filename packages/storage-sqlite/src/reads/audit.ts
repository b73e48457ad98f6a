/** The audit, newest first. */

import type { AuditEntry } from '@suda/core/storage'
import type { AuditDetail } from '@suda/protocol'
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
  detail: string | null
}

interface AuditPage {
  readonly before?: number
  readonly limit: number
  readonly actorId?: string
  readonly type?: string
}

export function readAudit(sql: Statements, { before, limit, actorId, type }: AuditPage): AuditEntry[] {
  const filters: [condition: string, value: number | string][] = [['id < ?', before ?? Number.MAX_SAFE_INTEGER]]
  if (actorId !== undefined) filters.push(['actor_id = ?', actorId])
  if (type !== undefined) filters.push(['type = ?', type])
  const where = filters.map(([condition]) => condition).join(' AND ')
  const values = filters.map(([, value]) => value)
  return sql.all<AuditRow>(`SELECT * FROM audit WHERE ${where} ORDER BY id DESC LIMIT ?`, ...values, limit).map(entryOf)
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
    ...(row.detail !== null && { detail: detailOf(row.detail) }),
  }
}

function detailOf(column: string): AuditDetail {
  const detail: AuditDetail = JSON.parse(column)
  return detail
}
