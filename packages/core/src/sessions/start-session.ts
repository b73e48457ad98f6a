/** Starting a session for the actor: so far by showing a token. */

import { ChatError } from '@suda/protocol'
import type { StartSession } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { asUser } from '../users/as-user.ts'

/**
 * It can do what the token can, and lives no longer.
 *
 * @throws ChatError `forbidden` if the actor comes with a session: one does not prolong itself
 */
export const startSession: Handler<StartSession> = async (command, actor) => {
  const { userId, sessionId, tokenId, tokenExpiresAt, scopes } = asUser(actor)
  if (sessionId !== undefined) throw new ChatError('forbidden', 'A session cannot start another one.')
  const { sessionId: id, secretHash, userAgent } = command
  const expiresAt = earlier(command.expiresAt, tokenExpiresAt)
  return {
    drafts: [
      {
        type: 'session.started',
        audience: ['server', `user:${userId}`],
        userId,
        session: {
          id,
          secretHash,
          expiresAt,
          ...(tokenId !== undefined && { tokenId }),
          ...(scopes !== undefined && { scopes }),
          ...(userAgent !== undefined && { userAgent }),
        },
      },
    ],
    preconditions: [{ kind: 'siteRole', userId, atLeast: 'guest' }],
  }
}

function earlier(a: string, b: string | undefined): string {
  return b !== undefined && b < a ? b : a // ISO 8601 UTC sorts as text
}
