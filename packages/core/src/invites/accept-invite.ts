/** Coming by an invite as somebody who has an account already. */

import type { AcceptInvite } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { membershipsOf } from '../members/memberships-of.ts'
import { asUser } from '../users/as-user.ts'
import { comesBy, findInvite, TELLS_OF_HOST } from './find-invite.ts'

/**
 * It changes nothing for somebody who is in the room, or where it leads to the site alone.
 * @throws ChatError `invite_invalid`
 */
export const acceptInvite: Handler<AcceptInvite> = async ({ codeHash }, actor, { reads }) => {
  const { userId } = asUser(actor)
  const invite = await findInvite(codeHash, reads)
  if (invite.room === undefined) return NOTHING
  const roomIds = await membershipsOf(userId, reads)
  if (roomIds.includes(invite.room.id)) return NOTHING
  const { drafts, preconditions } = comesBy(invite, userId)
  return {
    drafts,
    preconditions: [
      { kind: 'siteRole', userId, atLeast: 'guest' },
      // Of two requests at once one uses it; the other finds them in already, or the invite used up.
      { kind: 'noOther', of: 'membership', owner: { userId }, ids: roomIds },
      ...preconditions,
    ],
    decidedAnewOn: TELLS_OF_HOST,
  }
}
