/** Sessions: a row while it lives, nothing after. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { append, type Tx } from './tx.ts'

export function startSession(draft: DraftOf<'session.started'>, tx: Tx): CommittedChange {
  const { userId, session } = draft
  tx.sql.run(
    `INSERT INTO sessions (id, user_id, secret_hash, token_id, scopes, user_agent, address, created_at, last_used_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    session.id,
    userId,
    session.secretHash,
    session.tokenId ?? null,
    session.scopes === undefined ? null : JSON.stringify(session.scopes),
    session.userAgent ?? null,
    session.address ?? null,
    tx.at,
    tx.at,
    Date.parse(session.expiresAt),
  )
  const payload = { sessionId: session.id, expiresAt: session.expiresAt }
  return append(tx, draft, { type: 'session.started', userId, payload })
}

/** One that has ended or expired makes no change: it is not to live again. */
export function renewSession(draft: DraftOf<'session.renewed'>, tx: Tx): CommittedChange | undefined {
  const { userId, sessionId, expiresAt } = draft
  const renewed = tx.sql.run(
    'UPDATE sessions SET expires_at = ?, last_used_at = ? WHERE id = ? AND user_id = ? AND expires_at > ?',
    Date.parse(expiresAt),
    tx.at,
    sessionId,
    userId,
    tx.now,
  )
  if (renewed === 0) return undefined
  return append(tx, draft, { type: 'session.renewed', userId, payload: { sessionId, expiresAt } })
}

/** One that has ended already makes no change. */
export function endSession(draft: DraftOf<'session.ended'>, tx: Tx): CommittedChange | undefined {
  const { userId, sessionId, reason } = draft
  if (tx.sql.run('DELETE FROM sessions WHERE id = ? AND user_id = ?', sessionId, userId) === 0) return undefined
  return append(tx, draft, { type: 'session.ended', userId, payload: { sessionId, reason } })
}
