/** Reads of what people prove by who they are: sessions and tokens. */

import type { SessionRecord, TokenRecord } from '@suda/core/storage'
import type { User } from '@suda/protocol'
import { sessionOf, tokenOf, userOf, type SessionRow, type TokenRow } from '../rows.ts'
import { selectUser } from '../select.ts'
import type { Statements } from '../statements.ts'

const TOKEN = 'id, user_id, label, scopes, created_at, expires_at'

export function readToken(
  sql: Statements,
  secretHash: string,
  now: number,
): { token: TokenRecord; user: User } | undefined {
  const row = sql.one<TokenRow>(`SELECT ${TOKEN} FROM tokens WHERE secret_hash = ?`, secretHash)
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined
  const user = selectUser(sql, row.user_id)
  return user && { token: tokenOf(row), user: userOf(user) }
}

export function readTokensOf(sql: Statements, userId: string, now: number): TokenRecord[] {
  const rows = sql.all<TokenRow>(
    `SELECT ${TOKEN} FROM tokens WHERE user_id = ? AND coalesce(expires_at, 9e15) > ? ORDER BY created_at DESC, id DESC`,
    userId,
    now,
  )
  return rows.map(tokenOf)
}

const SESSION = 'id, user_id, token_id, scopes, user_agent, address, created_at, last_used_at, expires_at'
/** A session made from a token ends with it. */
const LIVES = `expires_at > ?2 AND (token_id IS NULL OR EXISTS (SELECT 1 FROM tokens t WHERE t.id = token_id AND coalesce(t.expires_at, 9e15) > ?2))`

export function readSession(
  sql: Statements,
  secretHash: string,
  now: number,
): { session: SessionRecord; user: User } | undefined {
  const row = sql.one<SessionRow>(
    `SELECT ${SESSION} FROM sessions WHERE secret_hash = ?1 AND ${LIVES}`,
    secretHash,
    now,
  )
  const user = row && selectUser(sql, row.user_id)
  return user && { session: sessionOf(row), user: userOf(user) }
}

// A token that was deleted already still has its sessions: who ends them must find them.
export function readSessionsOf(
  sql: Statements,
  owner: { userId: string } | { tokenId: string },
  now: number,
): SessionRecord[] {
  const rows =
    'userId' in owner
      ? sql.all<SessionRow>(`SELECT ${SESSION} FROM sessions WHERE user_id = ? AND expires_at > ?`, owner.userId, now)
      : sql.all<SessionRow>(`SELECT ${SESSION} FROM sessions WHERE token_id = ? AND expires_at > ?`, owner.tokenId, now)
  return rows.map(sessionOf)
}
