/** Sessions: a row while it lives, nothing after. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { append, type Tx } from './tx.ts'

export function startSession(draft: DraftOf<'session.started'>, tx: Tx): CommittedChange {
  const { userId, session } = draft
  tx.sql.run(
    `INSERT INTO sessions (id, user_id, secret_hash, token_id, scopes, user_agent, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    session.id,
    userId,
    session.secretHash,
    session.tokenId ?? null,
    session.scopes === undefined ? null : JSON.stringify(session.scopes),
    session.userAgent ?? null,
    tx.at,
    Date.parse(session.expiresAt),
  )
  const payload = { sessionId: session.id, expiresAt: session.expiresAt }
  return append(tx, draft, { type: 'session.started', userId, payload })
}

/** One that has ended already makes no change. */
export function endSession(draft: DraftOf<'session.ended'>, tx: Tx): CommittedChange | undefined {
  const { userId, sessionId, reason } = draft
  if (tx.sql.run('DELETE FROM sessions WHERE id = ? AND user_id = ?', sessionId, userId) === 0) return undefined
  return append(tx, draft, { type: 'session.ended', userId, payload: { sessionId, reason } })
}
