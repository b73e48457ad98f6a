/** People: by id or the beginning of a name; for admins their accounts. */

import { ChatError, type AccountsAnswer, type UserAnswer, type UsersAnswer } from '@suda/protocol'
import {
  accountsAnswer,
  accountsQuery,
  changeUserBody,
  deleteUserBody,
  userAnswer,
  usersAnswer,
  usersQuery,
} from '@suda/protocol/schemas'
import { NO_CONTENT, ok } from '../answer.ts'
import { takeCookie } from '../auth/begin-session.ts'
import { proveAgain } from '../auth/prove-name.ts'
import { endpoint } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'
import { userIn } from '../params.ts'

export const getUsers = endpoint(
  {
    summary: 'Users by `ids`, or those whose name begins with `query`',
    query: usersQuery,
    answers: { 200: usersAnswer },
  },
  async ({ context: { chat }, query, user }) => {
    const { ids, limit, query: text } = query
    const users = text === undefined ? await chat.cards(user, ids ?? []) : await chat.findUsers(user, text, limit)
    const answer: UsersAnswer = { users }
    return ok(answer)
  },
)

export const getAccounts = endpoint(
  {
    summary: 'All users with what only admins know of them, by user name',
    query: accountsQuery,
    answers: { 200: accountsAnswer },
  },
  async ({ context, query, user }) => {
    const { more, users } = await context.chat.accounts(user, query)
    const answer: AccountsAnswer = { accounts: users, ...(more !== undefined && { more }) }
    return ok(answer)
  },
)

export const patchUser = endpoint(
  { summary: 'Gives a role on the site, suspends, lets in again', body: changeUserBody, answers: { 200: userAnswer } },
  async ({ body, context, params, request, user }) => {
    const target = userIn(params)
    await context.chat.execute({ type: 'changeUser', user: target, ...body }, user, commandRequest(request))
    const answer: UserAnswer = { user: await context.chat.account(user, target) }
    return ok(answer)
  },
)

/** The own one is `me`, whichever way it is named. */
export const deleteUser = endpoint(
  { summary: 'Deletes a user; oneself with the password', body: deleteUserBody, answers: { 204: null } },
  async (call) => {
    const { body, context, params, request, user } = call
    const target = userIn(params)
    // Also for a token that may only write.
    const me = await context.storage.user({ id: user.userId })
    const isOwn = ['me', user.userId].includes(target) || target.toLowerCase() === me?.user.username
    if (isOwn && body.password === undefined) {
      throw new ChatError('validation_failed', 'The own account is deleted with its password.')
    }
    const proof =
      isOwn && body.password !== undefined ? { passwordHash: await proveAgain(body.password, user.userId, call) } : {}
    await context.chat.execute({ type: 'deleteUser', user: target, ...proof }, user, commandRequest(request))
    if (isOwn && user.sessionId !== undefined) takeCookie(call)
    return NO_CONTENT
  },
)
