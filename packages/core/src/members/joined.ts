/** The draft of a joining: it concerns the room and the one who joins. */

import type { RoomRole } from '@suda/protocol'
import type { MemberJoinedDraft } from '../storage/drafts.ts'

export function joined(roomId: string, userId: string, role: RoomRole): MemberJoinedDraft {
  return { type: 'member.joined', audience: [`room:${roomId}`, `user:${userId}`], roomId, userId, member: { role } }
}
