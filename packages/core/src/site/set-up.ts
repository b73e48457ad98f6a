/** The first owner, with a name for the site. Whoever may do it has shown the one-time code. */

import { ChatError, LIMITS } from '@suda/protocol'
import type { SetUp } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { asName } from '../rooms/names.ts'
import { sessionEnd } from '../sessions/lifetime.ts'
import { started } from '../sessions/started.ts'
import { newUser } from '../users/new-user.ts'

/** @throws ChatError `conflict` if there is an owner; `taken`, `validation_failed` */
export const setUp: Handler<SetUp> = async (command, actor, context) => {
  const { session, siteName, type: _type, ...names } = command
  if ((await context.reads.site()).hasOwner) throw new ChatError('conflict', 'This site has an owner already.')
  const owner = await newUser({ ...names, kind: 'human', siteRole: 'owner' }, context)
  const begun = { userId: command.userId, expiresAt: sessionEnd(context.ports.now()) }
  return {
    actorId: command.userId,
    drafts: [
      ...owner.drafts,
      { type: 'site.changed', audience: ['site'], site: { name: asName(siteName, LIMITS.siteNameLength) } },
      started(session, begun, actor),
    ],
    // Whoever was slower is told so, and not that a name is taken.
    preconditions: [{ kind: 'noOwner' }, ...owner.preconditions],
  }
}
