/** Who may invite whom, and where: asked when an invite is made, and again when somebody comes by it. */

import { ChatError, type InviteRole } from '@suda/protocol'
import { asModerator, isSiteRoleAtLeast } from '../access.ts'
import type { ActorOf } from '../actor.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { RoomRecord } from '../storage/records.ts'

/**
 * @param room one that the host may read
 * @returns what must still hold of the host
 * @throws ChatError `forbidden`; `validation_failed` for a guest of no room
 */
export function asInviter(host: ActorOf<'user'>, role: InviteRole, room?: RoomRecord): readonly Precondition[] {
  const { siteRole, userId } = host
  const atLeast = role === 'guest' && room !== undefined ? 'member' : 'admin'
  if (!isSiteRoleAtLeast(siteRole, atLeast)) throw new ChatError('forbidden')
  if (role === 'guest' && room === undefined) {
    throw new ChatError('validation_failed', 'A guest is invited into a room.')
  }
  return [{ kind: 'siteRole', userId, atLeast }, ...(room === undefined ? [] : asModerator(room, host))]
}
