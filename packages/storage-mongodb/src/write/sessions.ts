/** Sessions: a document while it lives, nothing after. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { append, type Tx } from './tx.ts'

export function startSession(draft: DraftOf<'session.started'>, tx: Tx): CommittedChange {
  const { userId, session } = draft
  const { id, expiresAt, ...given } = session
  const times = { createdAt: tx.at, lastUsedAt: tx.at, expiresAt: new Date(expiresAt) }
  tx.docs.insert('sessions', { _id: id, userId, ...given, ...times })
  return append(tx, draft, { type: 'session.started', userId, payload: { sessionId: id, expiresAt } })
}

/** One that has ended, or expired unnoticed, makes no change. */
export async function renewSession(draft: DraftOf<'session.renewed'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { userId, sessionId, expiresAt } = draft
  const session = await tx.docs.get('sessions', sessionId)
  if (session?.userId !== userId || session.expiresAt <= tx.now) return undefined
  tx.docs.replace('sessions', { ...session, lastUsedAt: tx.at, expiresAt: new Date(expiresAt) })
  return append(tx, draft, { type: 'session.renewed', userId, payload: { sessionId, expiresAt } })
}

/** One that has ended already makes no change. */
export async function endSession(draft: DraftOf<'session.ended'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { userId, sessionId, reason } = draft
  const session = await tx.docs.get('sessions', sessionId)
  if (session?.userId !== userId) return undefined
  tx.docs.remove('sessions', sessionId)
  return append(tx, draft, { type: 'session.ended', userId, payload: { sessionId, reason } })
}
