/** Whoever asks. */

import { ChatError, type UserAnswer } from '@suda/protocol'
import { changeMeBody, changePasswordBody, userAnswer } from '@suda/protocol/schemas'
import { NO_CONTENT, ok } from '../answer.ts'
import { proveAgain } from '../auth/prove-name.ts'
import type { AppContext } from '../context.ts'
import { endpoint, type User } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'
import { withCurrent } from './with-current.ts'

export const getMe = endpoint(
  { summary: 'The signed-in user', answers: { 200: userAnswer } },
  async ({ context, user }) => {
    const answer: UserAnswer = { user: await context.chat.me(user) }
    return ok(answer)
  },
)

export const patchMe = endpoint(
  { summary: 'Changes the own account', body: changeMeBody, answers: { 200: userAnswer } },
  async ({ body, context, request, user }) => {
    const current = () => asItIs(user, context)
    const execution = context.chat.execute({ type: 'changeMe', ...body }, user, commandRequest(request))
    await withCurrent(execution, current)
    const answer: UserAnswer = { user: await current() }
    return ok(answer)
  },
)

export const putPassword = endpoint(
  { summary: 'Changes the own password; all other sessions end', body: changePasswordBody, answers: { 204: null } },
  async (call) => {
    const { body, context, request, user } = call
    const currentHash = await proveAgain(body.currentPassword, user.userId, call)
    const { displayName, username } = await asItIs(user, context)
    const { site } = await context.chat.site()
    const passwordHash = await context.passwords.hash(body.newPassword, { unlike: [username, displayName, site.name] })
    const command = { type: 'changePassword', currentHash, passwordHash } as const
    await context.chat.execute(command, user, commandRequest(request))
    return NO_CONTENT
  },
)

/** Also for a token that may only write. */
async function asItIs({ userId }: User, { storage }: AppContext): Promise<UserAnswer['user']> {
  const record = await storage.user({ id: userId })
  if (record === undefined) throw new ChatError('unauthenticated')
  return record.user
}
