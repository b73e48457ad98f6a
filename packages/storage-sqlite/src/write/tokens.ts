/** Tokens. Sessions made from one end by drafts of their own; until then no read finds them any more. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { append, type Tx } from './tx.ts'

export function createToken(draft: DraftOf<'token.created'>, tx: Tx): CommittedChange {
  const { userId, token } = draft
  const { id, secretHash, label, scopes, expiresAt } = token
  tx.sql.run(
    'INSERT INTO tokens (id, user_id, secret_hash, label, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    userId,
    secretHash,
    label,
    JSON.stringify(scopes),
    tx.at,
    expiresAt === undefined ? null : Date.parse(expiresAt),
  )
  const payload = { tokenId: id, label, scopes, ...(expiresAt !== undefined && { expiresAt }) }
  return append(tx, draft, { type: 'token.created', userId, payload })
}

/** One that is gone already makes no change. */
export function deleteToken(draft: DraftOf<'token.deleted'>, tx: Tx): CommittedChange | undefined {
  const { userId, tokenId } = draft
  if (tx.sql.run('DELETE FROM tokens WHERE id = ? AND user_id = ?', tokenId, userId) === 0) return undefined
  return append(tx, draft, { type: 'token.deleted', userId, payload: { tokenId } })
}
