/** Reads of the site, its users, and by what they prove who they are. */

import type { SessionRecord, SiteRecord, TokenRecord, UserRecord, UserRef } from '@suda/core/storage'
import { displayKey } from '@suda/core/storage/adapting'
import type { User, UserCard } from '@suda/protocol'
import { cardOf, sessionOf, siteOf, tokenOf, userOf, type SessionRow, type TokenRow, type UserRow } from '../rows.ts'
import { selectSite, selectUser, USER } from '../select.ts'
import type { Statements } from '../statements.ts'

export function readSite(sql: Statements): SiteRecord {
  const row = selectSite(sql)
  const owner = sql.one("SELECT 1 FROM users WHERE site_role = 'owner' AND deleted_at IS NULL LIMIT 1")
  return { site: siteOf(row), secret: row.secret, hasOwner: owner !== undefined }
}

export function readUser(sql: Statements, ref: UserRef): UserRecord | undefined {
  const row = selectUserBy(sql, ref)
  if (row === undefined) return undefined
  return {
    user: userOf(row),
    ...(row.email !== null && { email: row.email }),
    ...(row.password_hash !== null && { passwordHash: row.password_hash }),
  }
}

/** Active users, by the beginning of the user name or the display name. */
export function findUsers(sql: Statements, text: string, limit: number): UserCard[] {
  const from = displayKey(text)
  const to = `${from}\u{10ffff}`
  const rows = sql.all<UserRow>(
    `SELECT ${USER} FROM users WHERE (username BETWEEN ?1 AND ?2 OR display_key BETWEEN ?1 AND ?2)
     AND suspended_at IS NULL AND deleted_at IS NULL ORDER BY username LIMIT ?3`,
    from,
    to,
    limit,
  )
  return rows.map(cardOf)
}

export function readersNamed(
  sql: Statements,
  roomId: string,
  usernames: readonly string[],
): { userId: string; username: string }[] {
  return usernames.flatMap((username) => {
    const reader = sql.one<{ userId: string; username: string }>(
      `SELECT u.id AS userId, u.username AS username FROM users u JOIN rooms r ON r.id = ? AND r.deleted_position IS NULL
       WHERE u.username = ? AND u.suspended_at IS NULL AND u.deleted_at IS NULL
       AND (r.visibility = 'public' AND u.site_role <> 'guest' OR EXISTS (SELECT 1 FROM members m WHERE m.room_id = r.id AND m.user_id = u.id))`,
      roomId,
      username,
    )
    return reader === undefined ? [] : [{ userId: reader.userId, username: reader.username }]
  })
}

export function readToken(
  sql: Statements,
  secretHash: string,
  now: number,
): { token: TokenRecord; user: User } | undefined {
  const row = sql.one<TokenRow>(
    'SELECT id, user_id, label, scopes, created_at, expires_at FROM tokens WHERE secret_hash = ?',
    secretHash,
  )
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined
  const user = selectUser(sql, row.user_id)
  return user && { token: tokenOf(row), user: userOf(user) }
}

const SESSION = 'id, user_id, token_id, scopes, user_agent, created_at, expires_at'
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

function selectUserBy(sql: Statements, ref: UserRef): UserRow | undefined {
  if ('id' in ref) return selectUser(sql, ref.id)
  if ('username' in ref) return sql.one<UserRow>(`SELECT ${USER} FROM users WHERE username = ?`, ref.username)
  if ('email' in ref) return sql.one<UserRow>(`SELECT ${USER} FROM users WHERE email = ?`, ref.email)
  return sql.one<UserRow>(`SELECT ${USER} FROM users WHERE external_id = ?`, ref.externalId)
}
