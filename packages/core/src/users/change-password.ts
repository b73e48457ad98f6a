/** Changing one's own password: whoever else knew the old one is out. */

import type { ChangePassword } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { allEnded } from '../sessions/ended.ts'
import { asUser } from './as-user.ts'
import { passwordChanged } from './set-password.ts'

/** @throws ChatError `unauthenticated` if the password is another one by now */
export const changePassword: Handler<ChangePassword> = async (command, actor, { reads }) => {
  const { sessionId, userId } = asUser(actor)
  const others = await allEnded({ userId }, 'password_changed', reads, sessionId)
  return {
    drafts: [passwordChanged(userId, command.passwordHash), ...others.drafts],
    preconditions: [
      { kind: 'siteRole', userId, atLeast: 'guest' },
      { kind: 'password', userId, passwordHash: command.currentHash },
      ...others.preconditions,
    ],
  }
}
