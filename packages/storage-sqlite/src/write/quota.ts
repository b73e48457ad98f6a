/** How often something may happen: each commit under a key leaves a row that lives for the key's window. */

import type { Precondition } from '@suda/core/storage'
import type { Tx } from './tx.ts'

/** @returns false if the window is full; a commit that fails later gives its place back with its savepoint */
export function takeQuota(quota: Extract<Precondition, { kind: 'quota' }>, { sql, now }: Tx): boolean {
  const { key, limit, windowMs } = quota
  sql.run('DELETE FROM quotas WHERE key = ? AND expires_at <= ?', key, now)
  const taken = sql.one<{ count: number }>('SELECT count(*) AS count FROM quotas WHERE key = ?', key)?.count ?? 0
  if (taken >= limit) return false
  sql.run('INSERT INTO quotas (key, expires_at) VALUES (?, ?)', key, now + windowMs)
  return true
}
