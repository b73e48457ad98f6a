/** Reads of invites that can still be used. Whether who made one is still active is for the one who uses it to know. */

import type { InviteRecord } from '@suda/core/storage'
import { inviteOf, type InviteRow } from '../rows.ts'
import type { Statements } from '../statements.ts'

const INVITE = 'SELECT id, user_id, role, room_id, uses, used, created_at, expires_at FROM invites'
const USABLE = 'expires_at > ? AND (uses IS NULL OR used < uses)'
const NEWEST_FIRST = 'ORDER BY created_at DESC, id DESC'

export function readInvite(
  sql: Statements,
  ref: { id: string } | { codeHash: string },
  now: number,
): InviteRecord | undefined {
  const row =
    'id' in ref
      ? sql.one<InviteRow>(`${INVITE} WHERE id = ? AND ${USABLE}`, ref.id, now)
      : sql.one<InviteRow>(`${INVITE} WHERE code_hash = ? AND ${USABLE}`, ref.codeHash, now)
  return row && inviteOf(row)
}

export function readInvites(sql: Statements, now: number, createdBy?: string): InviteRecord[] {
  const rows =
    createdBy === undefined
      ? sql.all<InviteRow>(`${INVITE} WHERE ${USABLE} ${NEWEST_FIRST}`, now)
      : sql.all<InviteRow>(`${INVITE} WHERE user_id = ? AND ${USABLE} ${NEWEST_FIRST}`, createdBy, now)
  return rows.map(inviteOf)
}
