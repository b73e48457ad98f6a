/** Becoming a member, making somebody one, or giving a member another role. */

import { ChatError, type RoomRole } from '@suda/protocol'
import { admitRoom, asModerator, isSiteRoleAtLeast, type Admitted } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { PutMember } from '../commands.ts'
import { NOTHING, type Handler, type Plan } from '../handler.ts'
import { systemMessage } from '../messages/system-message.ts'
import { active, findActiveUser } from '../users/find-user.ts'
import { joined } from './joined.ts'

/**
 * Whoever may read a room may join it; members but guests may add others; only moderators give roles.
 *
 * @throws ChatError `not_found` for room or user; `forbidden`, `room_archived`
 */
export const putMember: Handler<PutMember> = async (command, actor, context) => {
  const admitted = await admitRoom('putMember', command.room, actor, context.reads)
  const user = await findActiveUser(command.user, actor, context.reads).catch((error: unknown) => {
    // Guests meet people only in their rooms: whoever adds nobody is not told who there is.
    if (command.user !== 'me') asAdder(admitted, actor)
    throw error
  })
  const member = await context.reads.member(admitted.room.id, user.id)
  if (member !== undefined) return changeRole(admitted, actor, user.id, member.role, command.role)

  const { room } = admitted
  const isOwnJoin = actor.kind === 'user' && actor.userId === user.id
  const preconditions = [
    ...(isOwnJoin ? admitted.preconditions : asAdder(admitted, actor)),
    ...(command.role === 'moderator' ? asModerator(admitted, actor) : []),
  ]
  if (room.archived) throw new ChatError('room_archived')
  const added = isOwnJoin ? [] : systemMessage(room.id, actor, { type: 'added', userIds: [user.id] }, context)
  return {
    drafts: [joined(room.id, user.id, command.role ?? 'member'), ...added],
    preconditions: [...preconditions, active(user), { kind: 'roomOpen', roomId: room.id }],
  }
}

function asAdder(admitted: Admitted, actor: Actor): Plan['preconditions'] {
  if (actor.kind !== 'user') return []
  const isMember = admitted.room.my !== undefined
  if (!isMember || !isSiteRoleAtLeast(actor.siteRole, 'member')) throw new ChatError('forbidden')
  return [{ kind: 'roomRole', userId: actor.userId, roomId: admitted.room.id, atLeast: 'member' }]
}

function changeRole(admitted: Admitted, actor: Actor, userId: string, from: RoomRole, to: RoomRole | undefined): Plan {
  if (to === undefined || to === from) return NOTHING
  const { room } = admitted
  return {
    drafts: [
      {
        type: 'member.changed',
        audience: [`room:${room.id}`, `user:${userId}`],
        roomId: room.id,
        userId,
        member: { role: to },
      },
    ],
    preconditions: [...asModerator(admitted, actor), { kind: 'roomRole', userId, roomId: room.id, atLeast: 'member' }],
  }
}
