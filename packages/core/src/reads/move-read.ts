/** Moving one's read position: forwards by reading, backwards only to mark as unread. */

import { ChatError } from '@suda/protocol'
import { admitRoom } from '../access.ts'
import type { MoveRead } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { asUser } from '../users/as-user.ts'

/**
 * @throws ChatError `not_found`; `forbidden` for readers who are no members, since they have no read position
 * @throws ChatError `validation_failed` for a seq that the room has not reached
 */
export const moveRead: Handler<MoveRead> = async (command, actor, { reads }) => {
  const { userId } = asUser(actor)
  const { room, preconditions } = await admitRoom('moveRead', command.room, actor, reads)
  const { seq, force } = command
  if (seq < 0 || seq > room.lastSeq) throw new ChatError('validation_failed', '`seq` is beyond the newest message.')
  const readSeq = room.my?.readSeq ?? 0
  if (seq === readSeq || (seq < readSeq && !force)) return NOTHING

  return {
    drafts: [{ type: 'read.moved', audience: [`user:${userId}`], roomId: room.id, userId, seq, force }],
    preconditions,
  }
}
