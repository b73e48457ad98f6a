/** Other people, by id or by the beginning of a name. */

import type { UsersAnswer } from '@suda/protocol'
import { usersAnswer, usersQuery } from '@suda/protocol/schemas'
import { ok } from '../answer.ts'
import { endpoint } from '../endpoint.ts'

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
