/** Giving a user another password, which ends all sessions: the way back in for the operator. */

import type { SetPassword } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { allEnded } from '../sessions/ended.ts'
import type { PasswordChangedDraft } from '../storage/drafts.ts'
import { findUser } from './find-user.ts'

/** @throws ChatError `not_found` */
export const setPassword: Handler<SetPassword> = async ({ passwordHash, user: ref }, actor, { reads }) => {
  const { id: userId } = await findUser(ref, actor, reads)
  const sessions = await allEnded({ userId }, 'password_changed', reads)
  return {
    drafts: [passwordChanged(userId, passwordHash), ...sessions.drafts],
    preconditions: sessions.preconditions,
  }
}

export function passwordChanged(userId: string, passwordHash: string): PasswordChangedDraft {
  return { type: 'password.changed', audience: ['server', `user:${userId}`], userId, passwordHash }
}
