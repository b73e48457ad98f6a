/** Invites. One that is used up stays until it expires, so that its use can be told from one that never was. */

import type { DraftOf } from '@suda/core/storage'
import { ChatError, type CommittedChange } from '@suda/protocol'
import type { InviteDocument } from '../documents.ts'
import { append, type Tx } from './tx.ts'

export function createInvite(draft: DraftOf<'invite.created'>, tx: Tx): CommittedChange {
  const { userId, invite } = draft
  const { id, expiresAt, ...given } = invite
  const times = { createdAt: tx.at, expiresAt: new Date(expiresAt) }
  tx.docs.insert('invites', { _id: id, createdBy: userId, ...given, used: 0, ...times })
  const { role, roomId, uses } = invite
  const limits = { ...(roomId !== undefined && { roomId }), ...(uses !== undefined && { uses }) }
  return append(tx, draft, { type: 'invite.created', userId, payload: { inviteId: id, role, ...limits, expiresAt } })
}

/** @throws ChatError `not_found` for one that is gone; how often it may be used is for the precondition to say */
export async function takeInvite(draft: DraftOf<'invite.used'>, tx: Tx): Promise<CommittedChange> {
  const { userId, inviteId } = draft
  const invite = await ownInvite(draft, tx)
  if (invite === undefined) throw new ChatError('not_found')
  const used = invite.used + 1
  tx.docs.replace('invites', { ...invite, used })
  return append(tx, draft, { type: 'invite.used', userId, payload: { inviteId, used } })
}

/** One that is gone already makes no change. */
export async function deleteInvite(draft: DraftOf<'invite.deleted'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { userId, inviteId } = draft
  if ((await ownInvite(draft, tx)) === undefined) return undefined
  tx.docs.remove('invites', inviteId)
  return append(tx, draft, { type: 'invite.deleted', userId, payload: { inviteId } })
}

async function ownInvite(
  { userId, inviteId }: DraftOf<'invite.used' | 'invite.deleted'>,
  { docs }: Tx,
): Promise<InviteDocument | undefined> {
  const invite = await docs.get('invites', inviteId)
  return invite?.createdBy === userId ? invite : undefined
}
