/** Making an API token. Only the hash of the secret is kept. */

import { ChatError, LIMITS, type Scope, type User } from '@suda/protocol'
import { isSiteRoleAtLeast } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { CreateToken } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { toMs } from '../instant.ts'
import { asName } from '../rooms/names.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { Reads } from '../storage/storage.ts'
import { active, findActiveUser } from '../users/find-user.ts'

/** What a token may be given only by those who may do it themselves. */
const FOR_ADMINS: readonly Scope[] = ['admin', 'metrics']

/**
 * One's own; the system's, of anybody.
 * @throws ChatError `not_found`, `validation_failed`; `forbidden` for others' and for scopes beyond the own role
 */
export const createToken: Handler<CreateToken> = async (command, actor, { ports, reads }) => {
  const user = await findActiveUser(command.user, actor, reads)
  const { tokenId: id, secretHash, scopes, expiresAt } = command
  if (expiresAt !== undefined && toMs(expiresAt) <= ports.now()) {
    throw new ChatError('validation_failed', 'A token cannot end before it begins.')
  }
  const preconditions = actor.kind === 'user' ? asOwn(user, actor, scopes) : [active(user)]
  const limit = await oneMore(user, reads)
  return {
    drafts: [
      {
        type: 'token.created',
        audience: ['server', `user:${user.id}`],
        userId: user.id,
        token: {
          id,
          secretHash,
          label: asName(command.label, LIMITS.labelLength),
          scopes: [...new Set(scopes)],
          ...(expiresAt !== undefined && { expiresAt }),
        },
      },
    ],
    preconditions: [...preconditions, limit],
  }
}

/** @throws ChatError `forbidden` */
function asOwn({ id }: User, actor: Extract<Actor, { kind: 'user' }>, scopes: readonly Scope[]): Precondition[] {
  const { siteRole, userId } = actor
  const atLeast = scopes.some((scope) => FOR_ADMINS.includes(scope)) ? 'admin' : 'guest'
  if (id !== userId || !isSiteRoleAtLeast(siteRole, atLeast)) throw new ChatError('forbidden')
  return [{ kind: 'siteRole', userId, atLeast }]
}

/** @throws ChatError `validation_failed` for one too many, also of several at once */
async function oneMore({ id: userId }: User, reads: Reads): Promise<Precondition> {
  const tokens = await reads.tokensOf(userId)
  if (tokens.length < LIMITS.tokens) {
    return { kind: 'noOther', of: 'token', owner: { userId }, ids: tokens.map(({ id }) => id) }
  }
  throw new ChatError('validation_failed', `A user has at most ${LIMITS.tokens} tokens: delete one first.`)
}
