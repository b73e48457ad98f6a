/** API tokens of one's own. */

import type { NewTokenAnswer, TokensAnswer } from '@suda/protocol'
import { createTokenBody, newTokenAnswer, tokensAnswer } from '@suda/protocol/schemas'
import { created, NO_CONTENT, ok } from '../answer.ts'
import { endpoint } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'
import { newToken } from '../operator/new-token.ts'
import { named } from '../params.ts'
import { lastChange } from './committed.ts'

const USUAL_SCOPES = ['read', 'write'] as const

export const getTokens = endpoint(
  { summary: 'The own tokens, newest first', answers: { 200: tokensAnswer } },
  async ({ context, user }) => {
    const answer: TokensAnswer = { tokens: await context.chat.tokens(user) }
    return ok(answer)
  },
)

export const postToken = endpoint(
  {
    summary: 'Makes a token, which is shown once',
    body: createTokenBody,
    answers: { 201: newTokenAnswer },
    secrets: ['token'],
  },
  async ({ body, context, request, user }) => {
    const { token, secretHash } = newToken()
    const tokenId = context.newId()
    const command = { type: 'createToken', user: 'me', tokenId, secretHash, scopes: USUAL_SCOPES, ...body } as const
    const committed = await context.chat.execute(command, user, commandRequest(request))
    const id = lastChange(committed, 'token.created')?.payload.tokenId ?? tokenId
    const answer: NewTokenAnswer = committed.repeated ? { id } : { id, token }
    return created(answer)
  },
)

export const deleteToken = endpoint(
  { summary: 'Takes a token back, and the sessions that were begun with it', answers: { 204: null } },
  async ({ context, params, request, user }) => {
    const command = { type: 'deleteToken', tokenId: named(params, 'token') } as const
    await context.chat.execute(command, user, commandRequest(request))
    return NO_CONTENT
  },
)
