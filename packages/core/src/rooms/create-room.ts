/** Creating a room: its creator joins as moderator. */

import { ChatError, LIMITS, type RoomRole } from '@suda/protocol'
import type { Actor } from '../actor.ts'
import type { CreateRoom } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { joined } from '../members/joined.ts'
import type { Precondition } from '../storage/preconditions.ts'
import { roomAudience } from './audience.ts'
import { asName, asSlug, asTopic } from './names.ts'

/** @throws ChatError `forbidden` for guests, `taken`, `validation_failed` */
export const createRoom: Handler<CreateRoom> = async (command, actor) => {
  const slug = asSlug(command.slug)
  const topic = asTopic(command.topic ?? '')
  const { roomId, visibility } = command

  return {
    drafts: [
      {
        type: 'room.created',
        audience: roomAudience(roomId, visibility),
        roomId,
        room: {
          slug,
          name: asName(command.name, LIMITS.roomNameLength),
          kind: 'room',
          visibility,
          ...(topic !== '' && { topic }),
        },
      },
      ...firstMembers(command, actor).map(({ userId, role }) => joined(roomId, userId, role)),
    ],
    preconditions: [...creator(actor), { kind: 'unique', field: 'slug', value: slug }],
  }
}

function firstMembers(command: CreateRoom, actor: Actor): readonly { userId: string; role: RoomRole }[] {
  if (actor.kind !== 'user') return command.members ?? []
  if (command.members !== undefined) throw new ChatError('forbidden')
  return [{ userId: actor.userId, role: 'moderator' }]
}

function creator(actor: Actor): Precondition[] {
  return actor.kind !== 'user' ? [] : [{ kind: 'siteRole', userId: actor.userId, atLeast: 'member' }]
}
