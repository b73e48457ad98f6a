/** A session that is used lives on. */

import type { RenewSession } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { toMs } from '../instant.ts'
import { asUser } from '../users/as-user.ts'
import { isWorthRenewing, sessionEnd } from './lifetime.ts'

/** One that was made with a token keeps the end that it was given: it lives no longer than the token. */
export const renewSession: Handler<RenewSession> = async (_command, actor, { ports, reads }) => {
  const { sessionId, tokenId, userId } = asUser(actor)
  if (sessionId === undefined || tokenId !== undefined) return NOTHING
  const session = (await reads.sessionsOf({ userId })).find(({ id }) => id === sessionId)
  // Of many requests that came at once another one may have renewed it.
  if (session === undefined || !isWorthRenewing(session.expiresAt, ports.now())) return NOTHING
  const expiresAt = sessionEnd(ports.now(), toMs(session.createdAt))
  if (expiresAt <= session.expiresAt) return NOTHING
  return {
    drafts: [{ type: 'session.renewed', audience: ['server', `user:${userId}`], userId, sessionId, expiresAt }],
    preconditions: [],
  }
}
