/** Signing in: a session for somebody who has shown the password. */

import type { SignIn } from '../commands.ts'
import type { Handler } from '../handler.ts'
import type { Draft } from '../storage/drafts.ts'
import { asUser } from '../users/as-user.ts'
import { sessionEnd } from './lifetime.ts'
import { oldestEnded, started } from './started.ts'

/** @throws ChatError `unauthenticated` if the password is another one by now, or the user not active any more */
export const signIn: Handler<SignIn> = async ({ passwordHash, rehashed, session }, actor, { ports, reads }) => {
  const { userId } = asUser(actor)
  const begun = { userId, expiresAt: sessionEnd(ports.now()) }
  const replaced = await oldestEnded(userId, 'password', reads)
  return {
    drafts: [...rehash(userId, rehashed), started(session, begun, actor), ...replaced],
    preconditions: [
      { kind: 'siteRole', userId, atLeast: 'guest' },
      { kind: 'password', userId, passwordHash },
    ],
  }
}

function rehash(userId: string, passwordHash: string | undefined): Draft[] {
  if (passwordHash === undefined) return []
  return [{ type: 'password.changed', audience: ['server'], userId, passwordHash, isRehash: true }]
}
