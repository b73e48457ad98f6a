/** The draft of a session's end, by which every process closes its streams. */

import type { EndReason } from '@suda/protocol'
import type { SessionEndedDraft } from '../storage/drafts.ts'
import type { SessionRecord } from '../storage/records.ts'

export function ended({ id, userId }: Pick<SessionRecord, 'id' | 'userId'>, reason: EndReason): SessionEndedDraft {
  return { type: 'session.ended', audience: ['server', `user:${userId}`], userId, sessionId: id, reason }
}
