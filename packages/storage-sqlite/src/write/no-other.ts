/** Whether somebody has more than a handler knew of, which would outlive the commit that was to end it all. */

import type { Precondition } from '@suda/core/storage'
import type { Tx } from './tx.ts'

type NoOther = Extract<Precondition, { kind: 'noOther' }>

const LIVING = {
  session: 'SELECT id FROM sessions WHERE user_id = ? AND expires_at > ?',
  token: 'SELECT id FROM tokens WHERE user_id = ? AND coalesce(expires_at, 9e15) > ?',
  invite: 'SELECT id FROM invites WHERE user_id = ? AND expires_at > ? AND (uses IS NULL OR used < uses)',
} as const
const OF_TOKEN = 'SELECT id FROM sessions WHERE token_id = ? AND expires_at > ?'
/** The members of a deleted room are kept only to be told of that. */
const MEMBERSHIPS = `SELECT m.room_id AS id FROM members m JOIN rooms r ON r.id = m.room_id AND r.deleted_position IS NULL
  WHERE m.user_id = ?`

export function hasNoOther(wanted: NoOther, tx: Tx): boolean {
  const known = new Set(wanted.ids)
  return heldBy(wanted, tx).every(({ id }) => known.has(id))
}

/** Of a token there are sessions alone. */
function heldBy({ of, owner }: NoOther, { sql, now }: Tx): { id: string }[] {
  if ('tokenId' in owner) return of === 'session' ? sql.all(OF_TOKEN, owner.tokenId, now) : []
  return of === 'membership' ? sql.all(MEMBERSHIPS, owner.userId) : sql.all(LIVING[of], owner.userId, now)
}
