/** Leaving a room, or removing somebody from it. */

import { ChatError } from '@suda/protocol'
import { admitRoom, asModerator } from '../access.ts'
import type { RemoveMember } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { systemMessage } from '../messages/system-message.ts'
import type { MemberLeftDraft } from '../storage/drafts.ts'
import { findUser } from '../users/find-user.ts'

/**
 * Somebody who is no member any more stays so: a retry is safe.
 *
 * @throws ChatError `not_found` for room or user; `forbidden` for others than moderators, unless one leaves oneself
 */
export const removeMember: Handler<RemoveMember> = async (command, actor, context) => {
  const admitted = await admitRoom('removeMember', command.room, actor, context.reads)
  const { room } = admitted
  const user = await findUser(command.user, actor, context.reads).catch((error: unknown) => {
    // As for somebody who exists: guests meet people only in their rooms.
    asModerator(admitted, actor)
    throw error
  })
  const isOwnLeave = actor.kind === 'user' && actor.userId === user.id
  const preconditions = isOwnLeave ? admitted.preconditions : asModerator(admitted, actor)
  if ((await context.reads.member(room.id, user.id)) === undefined) return NOTHING
  if (room.kind === 'direct') throw new ChatError('forbidden', 'Nobody leaves a direct conversation.')

  const left: MemberLeftDraft = {
    type: 'member.left',
    audience: [`room:${room.id}`, `user:${user.id}`],
    roomId: room.id,
    userId: user.id,
    reason: isOwnLeave ? 'left' : 'removed',
  }
  const told = isOwnLeave ? [] : systemMessage(room.id, actor, { type: 'removed', userIds: [user.id] }, context)
  return { drafts: [left, ...told], preconditions }
}
