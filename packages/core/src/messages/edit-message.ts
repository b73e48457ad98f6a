/** Editing a message: only its author, as long as the room is open. */

import { ChatError } from '@suda/protocol'
import { admitMessage } from '../access.ts'
import type { EditMessage } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { asUser } from '../users/as-user.ts'
import { resolveMentions } from './mentions.ts'
import { assertReadableText } from './text.ts'

/**
 * Gives a message another text. Who was mentioned first stays notified; the edit notifies nobody.
 *
 * @throws ChatError `not_found`; `forbidden` for others than the author
 * @throws ChatError `room_archived`, `muted`, `message_deleted`, `invalid_text`
 * @throws ChatError `stale` with the current message if `revision` is given and not the current one
 */
export const editMessage: Handler<EditMessage> = async (command, actor, { reads }) => {
  const author = asUser(actor)
  const { room, message, preconditions } = await admitMessage('editMessage', command.messageId, author, reads)
  if (message.deletedAt !== undefined) throw new ChatError('message_deleted')
  if (message.kind === 'system') throw new ChatError('forbidden')
  if (room.archived) throw new ChatError('room_archived')
  if (command.revision !== undefined && command.revision !== message.revision) {
    throw new ChatError('stale', undefined, { current: message })
  }
  assertReadableText(command.text)
  if (command.text === message.text) return NOTHING

  return {
    drafts: [
      {
        type: 'message.edited',
        audience: [`room:${room.id}`],
        roomId: room.id,
        messageId: message.id,
        message: { text: command.text, mentions: await resolveMentions(command.text, room.id, reads) },
      },
    ],
    preconditions: [
      ...preconditions,
      { kind: 'notMuted', userId: author.userId, roomId: room.id },
      { kind: 'roomOpen', roomId: room.id },
      { kind: 'revision', entity: 'message', id: message.id, revision: message.revision },
    ],
  }
}
