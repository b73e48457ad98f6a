/** Signing out: the session in use ends, or another one of the same user, such as that of a device that was lost. */

import { ChatError } from '@suda/protocol'
import { admit } from '../access.ts'
import type { EndSession } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { asUser } from '../users/as-user.ts'
import { ended } from './ended.ts'

/**
 * With whatever one came one may sign out; ending another session is asked for as ending all of them.
 *
 * @throws ChatError `not_found` for a session that is not the user's own, or has ended; `forbidden` without the scope
 */
export const endSession: Handler<EndSession> = async (command, actor, { reads }) => {
  const { userId, sessionId: own } = asUser(actor)
  const id = command.sessionId ?? own
  if (id === undefined) return NOTHING
  if (id === own) return { drafts: [ended({ id, userId }, 'signed_out')], preconditions: [] }
  admit('endSessions', actor)
  const session = (await reads.sessionsOf({ userId })).find((candidate) => candidate.id === id)
  if (session === undefined) throw new ChatError('not_found')
  return { drafts: [ended(session, 'revoked')], preconditions: [] }
}
