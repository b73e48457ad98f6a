/** What is kept for a time only: retry keys a day, the audit a year, sessions and quotas until they expire. */

import type { Statements } from './statements.ts'

const DAY_MS = 86_400_000

export function cleanOld(sql: Statements, now: number): void {
  sql.run('DELETE FROM retries WHERE at < ?', now - DAY_MS)
  sql.run('DELETE FROM quotas WHERE expires_at <= ?', now)
  sql.run('DELETE FROM audit WHERE at < ?', now - 365 * DAY_MS)
  // A day longer than it lives, so that its end can still be told.
  sql.run('DELETE FROM sessions WHERE expires_at < ?', now - DAY_MS)
}
