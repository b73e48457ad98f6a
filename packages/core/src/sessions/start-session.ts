/** Starting a session for the actor: so far by showing a token. */

import type { StartSession } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { asUser } from '../users/as-user.ts'

export const startSession: Handler<StartSession> = async (command, actor) => {
  const { userId, tokenId, scopes } = asUser(actor)
  const { sessionId: id, secretHash, expiresAt, userAgent } = command
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
