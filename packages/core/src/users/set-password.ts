/** Giving a user another password, which ends all sessions: the way back in for the operator. */

import type { SetPassword } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { ended } from '../sessions/ended.ts'
import type { Draft } from '../storage/drafts.ts'
import { findUser } from './find-user.ts'

/** @throws ChatError `not_found` */
export const setPassword: Handler<SetPassword> = async (command, actor, { reads }) => {
  const user = await findUser(command.user, actor, reads)
  const sessions = await reads.sessionsOf({ userId: user.id })
  const changed: Draft = {
    type: 'password.changed',
    audience: ['server', `user:${user.id}`],
    userId: user.id,
    passwordHash: command.passwordHash,
  }
  return { drafts: [changed, ...sessions.map((session) => ended(session, 'password_changed'))], preconditions: [] }
}
