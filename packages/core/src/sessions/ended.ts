/** The drafts of sessions' ends, by which every process closes their streams. */

import type { EndReason } from '@suda/protocol'
import type { Plan } from '../handler.ts'
import type { SessionEndedDraft } from '../storage/drafts.ts'
import type { SessionRecord } from '../storage/records.ts'
import type { Reads } from '../storage/storage.ts'

export function ended({ id, userId }: Pick<SessionRecord, 'id' | 'userId'>, reason: EndReason): SessionEndedDraft {
  return { type: 'session.ended', audience: ['server', `user:${userId}`], userId, sessionId: id, reason }
}

/** Of a user, or those that were made with a token: also one that begins while this is decided. */
export async function allEnded(
  owner: { userId: string } | { tokenId: string },
  reason: EndReason,
  reads: Reads,
  but?: string,
): Promise<Plan> {
  const sessions = await reads.sessionsOf(owner)
  return {
    drafts: sessions.filter(({ id }) => id !== but).map((session) => ended(session, reason)),
    preconditions: [{ kind: 'noOther', of: 'session', owner, ids: sessions.map(({ id }) => id) }],
  }
}
