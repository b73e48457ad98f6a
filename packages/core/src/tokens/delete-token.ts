/** Taking a token back, and the sessions that were made with it. */

import { ChatError } from '@suda/protocol'
import type { DeleteToken } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { allEnded } from '../sessions/ended.ts'
import type { TokenDeletedDraft } from '../storage/drafts.ts'
import { asUser } from '../users/as-user.ts'

/** @throws ChatError `not_found` for a token that is not the user's own, or is gone */
export const deleteToken: Handler<DeleteToken> = async ({ tokenId }, actor, { reads }) => {
  const { userId } = asUser(actor)
  const token = (await reads.tokensOf(userId)).find(({ id }) => id === tokenId)
  if (token === undefined) throw new ChatError('not_found')
  const sessions = await allEnded({ tokenId }, 'token_deleted', reads)
  return { drafts: [tokenDeleted(token), ...sessions.drafts], preconditions: sessions.preconditions }
}

export function tokenDeleted({ id, userId }: { readonly id: string; readonly userId: string }): TokenDeletedDraft {
  return { type: 'token.deleted', audience: ['server', `user:${userId}`], userId, tokenId: id }
}
