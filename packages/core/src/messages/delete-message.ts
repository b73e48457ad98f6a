/** Deleting a message: its author or a moderator. The row stays without its text. */

import { admitMessage } from '../access.ts'
import type { DeleteMessage } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { asUser } from '../users/as-user.ts'

/**
 * Takes a message back. Of a message that is deleted already it makes nothing, so a retry is safe; archived rooms are
 * no obstacle, since what must go must be able to go.
 *
 * @throws ChatError `not_found`; `forbidden` for others than the author and moderators
 */
export const deleteMessage: Handler<DeleteMessage> = async (command, actor, { reads }) => {
  const user = asUser(actor)
  const { room, message, preconditions } = await admitMessage('deleteMessage', command.messageId, user, reads)
  if (message.deletedAt !== undefined) return NOTHING

  return {
    drafts: [
      {
        type: 'message.deleted',
        audience: [`room:${room.id}`],
        roomId: room.id,
        messageId: message.id,
        deletedBy: user.userId,
      },
    ],
    preconditions: [
      ...preconditions,
      { kind: 'revision', entity: 'message', id: message.id, revision: message.revision },
    ],
  }
}
