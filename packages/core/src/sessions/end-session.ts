/** Signing out: the session that the actor uses ends. */

import type { EndSession } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { asUser } from '../users/as-user.ts'
import { ended } from './ended.ts'

export const endSession: Handler<EndSession> = async (_command, actor) => {
  const { userId, sessionId } = asUser(actor)
  if (sessionId === undefined) return NOTHING
  return { drafts: [ended({ id: sessionId, userId }, 'signed_out')], preconditions: [] }
}
