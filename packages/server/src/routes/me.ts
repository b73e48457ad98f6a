/** Whoever asks. */

import type { UserAnswer } from '@suda/protocol'
import { userAnswer } from '@suda/protocol/schemas'
import { ok } from '../answer.ts'
import { endpoint } from '../endpoint.ts'

export const getMe = endpoint(
  { summary: 'The signed-in user', answers: { 200: userAnswer } },
  async ({ context, user }) => {
    const answer: UserAnswer = { user: await context.chat.me(user) }
    return ok(answer)
  },
)
