/** The audit, newest first. */

import type { AuditEntry } from '@suda/core/storage'
import type { Collections } from '../collections.ts'
import { auditOf } from '../mappers-document.ts'
import { below, type Where } from '../where.ts'

interface AuditPage {
  readonly before?: number
  readonly limit: number
  readonly actorId?: string
  readonly type?: string
}

export async function readAudit(db: Collections, { before, limit, actorId, type }: AuditPage): Promise<AuditEntry[]> {
  const where: Where = {
    ...(before !== undefined && { _id: below(before) }),
    ...(actorId !== undefined && { actorId }),
    ...(type !== undefined && { type }),
  }
  const entries = await db.find('audit', where, { sort: { _id: -1 }, limit })
  return entries.map(auditOf)
}
