/** Starting a session by showing a token. */

import { ChatError } from '@suda/protocol'
import type { StartSession } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { asUser } from '../users/as-user.ts'
import { sessionEnd } from './lifetime.ts'
import { oldestEnded, started } from './started.ts'

/**
 * It can do what the token can, and lives no longer.
 *
 * @throws ChatError `forbidden` if the actor comes with a session: one does not prolong itself
 */
export const startSession: Handler<StartSession> = async (command, actor, { ports, reads }) => {
  const { userId, sessionId, tokenId, tokenExpiresAt, scopes } = asUser(actor)
  if (sessionId !== undefined) throw new ChatError('forbidden', 'A session cannot start another one.')
  const begun = {
    userId,
    expiresAt: earlier(sessionEnd(ports.now()), tokenExpiresAt),
    ...(tokenId !== undefined && { tokenId }),
    ...(scopes !== undefined && { scopes }),
  }
  const replaced = await oldestEnded(userId, tokenId === undefined ? 'password' : 'token', reads)
  return {
    drafts: [started(command, begun, actor), ...replaced],
    preconditions: [{ kind: 'siteRole', userId, atLeast: 'guest' }],
  }
}

function earlier(a: string, b: string | undefined): string {
  return b !== undefined && b < a ? b : a // ISO 8601 UTC sorts as text
}
