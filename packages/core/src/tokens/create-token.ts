/** Making an API token for a user. Only the hash of the secret is kept. */

import { LIMITS } from '@suda/protocol'
import type { CreateToken } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { asName } from '../rooms/names.ts'
import { active, findActiveUser } from '../users/find-user.ts'

/** @throws ChatError `not_found`, `validation_failed` */
export const createToken: Handler<CreateToken> = async (command, actor, { reads }) => {
  const user = await findActiveUser(command.user, actor, reads)
  const { tokenId: id, secretHash, scopes, expiresAt } = command
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
          scopes,
          ...(expiresAt !== undefined && { expiresAt }),
        },
      },
    ],
    preconditions: [active(user)],
  }
}
