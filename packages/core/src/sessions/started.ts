/** The drafts of a session's begin. */

import { LIMITS } from '@suda/protocol'
import type { Actor } from '../actor.ts'
import type { NewSession } from '../commands.ts'
import type { Draft, SessionStartedDraft } from '../storage/drafts.ts'
import type { Reads } from '../storage/storage.ts'
import { ended } from './ended.ts'

interface Begun extends Pick<SessionStartedDraft['session'], 'expiresAt' | 'scopes' | 'tokenId'> {
  readonly userId: string
}

export function started(session: NewSession, { userId, ...more }: Begun, actor: Actor): SessionStartedDraft {
  const { secretHash, sessionId: id, userAgent } = session
  return {
    type: 'session.started',
    audience: ['server', `user:${userId}`],
    userId,
    session: {
      id,
      secretHash,
      ...more,
      ...(userAgent !== undefined && { userAgent }),
      ...(actor.address !== undefined && { address: actor.address }),
    },
  }
}

/** Who begins one too many loses the oldest. Those made with tokens count apart: a token must not end the others. */
export async function oldestEnded(userId: string, madeWith: 'password' | 'token', reads: Reads): Promise<Draft[]> {
  const sessions = await reads.sessionsOf({ userId })
  const alike = sessions.filter(({ tokenId }) => (tokenId === undefined) === (madeWith === 'password'))
  const newestFirst = alike.toSorted((a, b) => (a.lastUsedAt < b.lastUsedAt ? 1 : -1))
  return newestFirst.slice(LIMITS.sessions - 1).map((session) => ended(session, 'replaced'))
}
