/** Deleting a room: unreadable at once; storage erases what it held. */

import { admitRoom } from '../access.ts'
import type { DeleteRoom } from '../commands.ts'
import type { Handler } from '../handler.ts'

/** @throws ChatError `not_found`; `forbidden` for others than moderators */
export const deleteRoom: Handler<DeleteRoom> = async (command, actor, { reads }) => {
  const { room, preconditions } = await admitRoom('deleteRoom', command.room, actor, reads)
  return { drafts: [{ type: 'room.deleted', audience: [`room:${room.id}`], roomId: room.id }], preconditions }
}
