/** DL2b: the log loses its oldest part, in slices, each with the new first position one transaction. */

import type { SqliteLimits } from './limits.ts'
import { selectHead } from './log-rows.ts'
import type { Statements } from './statements.ts'

/** @returns whether a whole slice was removed, so that there may be more */
export function trimSlice(sql: Statements, limits: SqliteLimits, now: number): boolean {
  const { position, firstPosition } = selectHead(sql)
  // The newest change stays in any case: it tells where the log ends and at what time.
  const bound = Math.min(firstPosition + limits.trimSlice - 1, position - limits.keepChanges, position - 1)
  if (bound < firstPosition) return false
  const last = sql.one<{ position: number | null }>(
    'SELECT max(position) AS position FROM changes WHERE position BETWEEN ? AND ? AND at < ?',
    firstPosition,
    bound,
    now - limits.keepMs,
  )
  if (last === undefined || last.position === null) return false
  removeUpTo(sql, last.position)
  return last.position === firstPosition + limits.trimSlice - 1
}

function removeUpTo(sql: Statements, last: number): void {
  sql.atomically(() => {
    sql.run('DELETE FROM changes WHERE position <= ?', last)
    sql.run('UPDATE log SET first_position = ?', last + 1)
    // Nobody can be told any more that these rooms were deleted, so nobody's membership of them matters.
    const gone = 'SELECT id FROM rooms WHERE deleted_position IS NOT NULL AND deleted_position <= ? AND erasing = 0'
    sql.run(`DELETE FROM members WHERE room_id IN (${gone})`, last)
    sql.run(`DELETE FROM rooms WHERE id IN (${gone})`, last)
  })
}
