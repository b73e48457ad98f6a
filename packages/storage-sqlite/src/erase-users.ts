/**
 * The job that takes the names of deleted users out of the log, from the newest change to the oldest, in slices between
 * groups. How far it came stands with the user, so a restart goes on.
 */

import { redactUser, type DeletedCard } from '@suda/protocol'
import { cardOf, type UserRow } from './rows.ts'
import type { Statements } from './statements.ts'
import { forgetAnswer } from './write/take-back.ts'

/** Looking at a change is that much cheaper than writing one. */
const LOOKS = 10

type Erased = Pick<UserRow, 'id' | 'kind' | 'username' | 'display_name' | 'revision' | 'deleted_at'> & {
  erasing: number
}

interface Logged {
  position: number
  retry_id: number | null
  json: string
}

export function usersToErase(sql: Statements): number {
  return sql.one<{ count: number }>('SELECT count(*) AS count FROM users WHERE erasing IS NOT NULL')?.count ?? 0
}

/** Rewrites up to `limit` changes that name one user; when none are left, the user is done. */
export function eraseUserSlice(sql: Statements, limit: number): void {
  const user = sql.one<Erased>(
    'SELECT id, kind, username, display_name, revision, deleted_at, erasing FROM users WHERE erasing IS NOT NULL LIMIT 1',
  )
  if (user === undefined) return
  sql.atomically(() => {
    const from = user.erasing - LOOKS * limit
    const named = namedBetween(sql, user, from, limit)
    const card = cardOf(user)
    if (card.deletedAt !== undefined) for (const change of named) redact(sql, change, card)
    keepPlace(sql, user.id, named.length < limit ? from : (named.at(-1)?.position ?? from))
  })
}

function namedBetween(sql: Statements, { id, erasing }: Erased, from: number, limit: number): Logged[] {
  return sql.all<Logged>(
    `SELECT position, retry_id, json FROM changes WHERE position >= ? AND position < ? AND instr(json, ?) > 0
     ORDER BY position DESC LIMIT ?`,
    from,
    erasing,
    id,
    limit,
  )
}

// The answer kept for a retry may hold the same card.
function redact(sql: Statements, { position, retry_id, json }: Logged, card: DeletedCard): void {
  const redacted = redactUser(json, card)
  if (redacted !== json) sql.run('UPDATE changes SET json = ? WHERE position = ?', redacted, position)
  if (retry_id !== null) forgetAnswer(sql, retry_id)
}

function keepPlace(sql: Statements, userId: string, position: number): void {
  const first = sql.one<{ first: number }>('SELECT first_position AS first FROM log')?.first ?? 0
  sql.run('UPDATE users SET erasing = ? WHERE id = ?', position <= first ? null : position, userId)
}
