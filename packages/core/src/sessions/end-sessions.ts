/** Signing out everywhere. Tokens stay. */

import type { EndSessions } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { asUser } from '../users/as-user.ts'
import { allEnded } from './ended.ts'

export const endSessions: Handler<EndSessions> = async (_command, actor, { reads }) =>
  allEnded({ userId: asUser(actor).userId }, 'signed_out_everywhere', reads)
