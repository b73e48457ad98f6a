/** Users and their passwords. */

import type { DraftOf } from '@suda/core/storage'
import { ChatError, type CommittedChange } from '@suda/protocol'
import { cardOf, type UserRow } from '../rows.ts'
import { selectUser } from '../select.ts'
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

export function changeUser(draft: DraftOf<'user.changed'>, tx: Tx): CommittedChange {
  const { userId } = draft
  const next = changed(existing(tx, userId), draft.user, tx.at)
  tx.sql.run(
    `UPDATE users SET username = ?, display_name = ?, display_key = ?, site_role = ?, email = ?, time_zone = ?, locale = ?, suspended_at = ?, revision = ?
     WHERE id = ?`,
    next.username,
    next.display_name,
    displayKey(next.display_name ?? ''),
    next.site_role,
    next.email,
    next.time_zone,
    next.locale,
    next.suspended_at,
    next.revision,
    userId,
  )
  return append(tx, draft, { type: 'user.changed', userId, payload: { user: cardOf(next) } })
}

export function changePassword(draft: DraftOf<'password.changed'>, tx: Tx): CommittedChange {
  const { userId, passwordHash } = draft
  existing(tx, userId)
  tx.sql.run('UPDATE users SET password_hash = ? WHERE id = ?', passwordHash, userId)
  return append(tx, draft, { type: 'password.changed', userId, payload: {} })
}

/** What `findUsers` compares with the text sought. */
export function displayKey(displayName: string): string {
  return displayName.normalize('NFC').toLowerCase()
}

function existing(tx: Tx, userId: string): UserRow {
  const row = selectUser(tx.sql, userId)
  if (row === undefined || row.deleted_at !== null) throw new ChatError('not_found')
  return row
}

function changed(old: UserRow, user: DraftOf<'user.changed'>['user'], at: number): UserRow {
  return {
    ...old,
    username: user.username ?? old.username,
    display_name: user.displayName ?? old.display_name,
    site_role: user.siteRole ?? old.site_role,
    email: user.email === undefined ? old.email : user.email,
    time_zone: user.timeZone === undefined ? old.time_zone : user.timeZone,
    locale: user.locale === undefined ? old.locale : user.locale,
    suspended_at: suspendedAt(old.suspended_at, user.suspended, at),
    revision: old.revision + 1,
  }
}

function suspendedAt(old: number | null, suspended: boolean | undefined, at: number): number | null {
  if (suspended === undefined) return old
  return suspended ? (old ?? at) : null
}
