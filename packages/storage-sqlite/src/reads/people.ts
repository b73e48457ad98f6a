/** Reads of the site and its users. */

import type { SiteRecord, UserPage, UserRecord, UserRef } from '@suda/core/storage'
import { displayKey } from '@suda/core/storage/adapting'
import type { UserCard } from '@suda/protocol'
import { cardOf, siteOf, userOf, type UserRow } from '../rows.ts'
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

/** A deleted user has no user name. */
export function readUsers(
  sql: Statements,
  { after = '', limit }: { readonly after?: string; readonly limit: number },
): UserPage {
  const rows = sql.all<UserRow>(
    `SELECT ${USER} FROM users WHERE username > ? ORDER BY username LIMIT ?`,
    after,
    limit + 1,
  )
  const users = rows.slice(0, limit).map(userOf)
  const more = rows.length > limit ? users.at(-1)?.username : undefined
  return { users, ...(more !== undefined && { more }) }
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

function selectUserBy(sql: Statements, ref: UserRef): UserRow | undefined {
  if ('id' in ref) return selectUser(sql, ref.id)
  if ('username' in ref) return sql.one<UserRow>(`SELECT ${USER} FROM users WHERE username = ?`, ref.username)
  if ('email' in ref) return sql.one<UserRow>(`SELECT ${USER} FROM users WHERE email = ?`, ref.email)
  return sql.one<UserRow>(`SELECT ${USER} FROM users WHERE external_id = ?`, ref.externalId)
}
