/** Invites: a row while they can be used, and until they are cleaned away after. */

import type { DraftOf } from '@suda/core/storage'
import { ChatError, type CommittedChange } from '@suda/protocol'
import { append, type Tx } from './tx.ts'

export function createInvite(draft: DraftOf<'invite.created'>, tx: Tx): CommittedChange {
  const { userId, invite } = draft
  const { id: inviteId, codeHash, ...told } = invite
  tx.sql.run(
    `INSERT INTO invites (id, user_id, code_hash, role, room_id, uses, used, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)`,
    inviteId,
    userId,
    codeHash,
    invite.role,
    invite.roomId ?? null,
    invite.uses ?? null,
    tx.at,
    Date.parse(invite.expiresAt),
  )
  return append(tx, draft, { type: 'invite.created', userId, payload: { inviteId, ...told } })
}

/** @throws ChatError `not_found` for one that is gone */
export function useInvite(draft: DraftOf<'invite.used'>, tx: Tx): CommittedChange {
  const { userId, inviteId } = draft
  const row = tx.sql.one<{ used: number }>(
    'UPDATE invites SET used = used + 1 WHERE id = ? AND user_id = ? RETURNING used',
    inviteId,
    userId,
  )
  if (row === undefined) throw new ChatError('not_found')
  return append(tx, draft, { type: 'invite.used', userId, payload: { inviteId, used: row.used } })
}

/** One that is gone already makes no change. */
export function deleteInvite(draft: DraftOf<'invite.deleted'>, tx: Tx): CommittedChange | undefined {
  const { userId, inviteId } = draft
  if (tx.sql.run('DELETE FROM invites WHERE id = ? AND user_id = ?', inviteId, userId) === 0) return undefined
  return append(tx, draft, { type: 'invite.deleted', userId, payload: { inviteId } })
}
