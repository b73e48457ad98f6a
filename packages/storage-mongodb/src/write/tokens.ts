/** Tokens. Sessions made from one end by drafts of their own; until then no read finds them any more. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { append, type Tx } from './tx.ts'

export function createToken(draft: DraftOf<'token.created'>, tx: Tx): CommittedChange {
  const { userId, token } = draft
  const { id, expiresAt, ...given } = token
  const expiry = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }
  tx.docs.insert('tokens', { _id: id, userId, ...given, createdAt: tx.at, ...expiry })
  const { label, scopes } = token
  const payload = { tokenId: id, label, scopes, ...(expiresAt !== undefined && { expiresAt }) }
  return append(tx, draft, { type: 'token.created', userId, payload })
}

/** One that is gone already makes no change. */
export async function deleteToken(draft: DraftOf<'token.deleted'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { userId, tokenId } = draft
  const token = await tx.docs.get('tokens', tokenId)
  if (token?.userId !== userId) return undefined
  tx.docs.remove('tokens', tokenId)
  return append(tx, draft, { type: 'token.deleted', userId, payload: { tokenId } })
}
