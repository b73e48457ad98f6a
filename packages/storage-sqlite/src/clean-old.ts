/** What is kept for a time only: retry keys a day, the audit a year, sessions and quotas until they expire. */

import type { Statements } from './statements.ts'

const DAY_MS = 86_400_000

/** @returns whether a whole slice was removed, so that there may be more */
export function cleanSlice(sql: Statements, now: number, limit: number): boolean {
  const removed = [
    sql.run('DELETE FROM retries WHERE id IN (SELECT id FROM retries WHERE at < ? LIMIT ?)', now - DAY_MS, limit),
    sql.run('DELETE FROM quotas WHERE rowid IN (SELECT rowid FROM quotas WHERE expires_at <= ? LIMIT ?)', now, limit),
    sql.run('DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? LIMIT ?)', now - 365 * DAY_MS, limit),
    // A day longer than it lives, so that its end can still be told.
    sql.run(
      'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ? LIMIT ?)',
      now - DAY_MS,
      limit,
    ),
  ]
  return removed.some((count) => count === limit)
}
