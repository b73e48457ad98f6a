/** Users and their passwords. */

import type { DraftOf } from '@suda/core/storage'
import { displayKey } from '@suda/core/storage/adapting'
import { ChatError, type CommittedChange } from '@suda/protocol'
import { cardOf, userOf, type UserRow } from '../rows.ts'
import { selectUser } from '../select.ts'
import { voidKey } from './take-back.ts'
import { append, type Tx } from './tx.ts'

export function createUser(draft: DraftOf<'user.created'>, tx: Tx): CommittedChange {
  const { userId, user } = draft
  tx.sql.run(
    `INSERT INTO users (id, kind, username, display_name, display_key, site_role, email, external_id, time_zone, locale, password_hash, revision, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
    userId,
    user.kind,
    user.username,
    user.displayName,
    displayKey(user.displayName),
    user.siteRole,
    user.email ?? null,
    user.externalId ?? null,
    user.timeZone ?? null,
    user.locale ?? null,
    user.passwordHash ?? null,
    tx.at,
  )
  return append(tx, draft, { type: 'user.created', userId, payload: { user: cardOf(existing(tx, userId)) } })
}

/** The names that everybody sees. */
export function changeUser(draft: DraftOf<'user.changed'>, tx: Tx): CommittedChange {
  const { userId, user } = draft
  const old = existing(tx, userId)
  const next = {
    ...old,
    username: user.username ?? old.username,
    display_name: user.displayName ?? old.display_name,
    revision: old.revision + 1,
  }
  tx.sql.run(
    'UPDATE users SET username = ?, display_name = ?, display_key = ?, revision = ? WHERE id = ?',
    next.username,
    next.display_name,
    displayKey(next.display_name ?? ''),
    next.revision,
    userId,
  )
  return append(tx, draft, { type: 'user.changed', userId, payload: { user: cardOf(next) } })
}

/** A newer one holds all that an older one told, which is voided. */
export function changeProfile(draft: DraftOf<'profile.changed'>, tx: Tx): CommittedChange {
  const { userId } = draft
  const next = withProfile(existing(tx, userId), draft.profile, tx.at)
  tx.sql.run(
    'UPDATE users SET site_role = ?, email = ?, time_zone = ?, locale = ?, suspended_at = ? WHERE id = ?',
    next.site_role,
    next.email,
    next.time_zone,
    next.locale,
    next.suspended_at,
    userId,
  )
  const key = profileKey(userId)
  const supersedes = voidKey(tx.sql, key)
  return append(tx, draft, { type: 'profile.changed', userId, payload: { user: userOf(next) } }, { key, supersedes })
}

export function changePassword(draft: DraftOf<'password.changed'>, tx: Tx): CommittedChange {
  const { userId, passwordHash } = draft
  existing(tx, userId)
  tx.sql.run('UPDATE users SET password_hash = ? WHERE id = ?', passwordHash, userId)
  return append(tx, draft, { type: 'password.changed', userId, payload: {} })
}

/** Under this key a newer profile voids the older one (DL2a). */
export function profileKey(userId: string): string {
  return `profile:${userId}`
}

function existing(tx: Tx, userId: string): UserRow {
  const row = selectUser(tx.sql, userId)
  if (row === undefined || row.deleted_at !== null) throw new ChatError('not_found')
  return row
}

function withProfile(old: UserRow, profile: DraftOf<'profile.changed'>['profile'], at: number): UserRow {
  return {
    ...old,
    site_role: profile.siteRole ?? old.site_role,
    email: profile.email === undefined ? old.email : profile.email,
    time_zone: profile.timeZone === undefined ? old.time_zone : profile.timeZone,
    locale: profile.locale === undefined ? old.locale : profile.locale,
    suspended_at: suspendedAt(old.suspended_at, profile.suspended, at),
  }
}

function suspendedAt(old: number | null, suspended: boolean | undefined, at: number): number | null {
  if (suspended === undefined) return old
  return suspended ? (old ?? at) : null
}
