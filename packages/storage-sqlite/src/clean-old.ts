/** What is kept for a time only: retry keys a day, the audit a year, sessions, tokens, invites and quotas until they expire. */

import type { Statements } from './statements.ts'

const DAY_MS = 86_400_000

const EXPIRED = {
  sessions: 'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ? LIMIT ?)',
  tokens: 'DELETE FROM tokens WHERE id IN (SELECT id FROM tokens WHERE expires_at < ? LIMIT ?)',
  invites: 'DELETE FROM invites WHERE id IN (SELECT id FROM invites WHERE expires_at < ? LIMIT ?)',
} as const

/** @returns whether a whole slice was removed, so that there may be more */
export function cleanSlice(sql: Statements, now: number, limit: number): boolean {
  const removed = [
    sql.run('DELETE FROM retries WHERE id IN (SELECT id FROM retries WHERE at < ? LIMIT ?)', now - DAY_MS, limit),
    sql.run('DELETE FROM quotas WHERE rowid IN (SELECT rowid FROM quotas WHERE expires_at <= ? LIMIT ?)', now, limit),
    sql.run('DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? LIMIT ?)', now - 365 * DAY_MS, limit),
    // A day longer than they live, so that their end can still be told.
    sql.run(EXPIRED.sessions, now - DAY_MS, limit),
    sql.run(EXPIRED.tokens, now - DAY_MS, limit),
    sql.run(EXPIRED.invites, now - DAY_MS, limit),
    sql.run('DELETE FROM invites WHERE id IN (SELECT id FROM invites WHERE used >= uses LIMIT ?)', limit),
  ]
  return removed.some((count) => count === limit)
}
