/** Sessions: begun by a password or a token, seen and ended by their user. */

import { ChatError, type SessionsAnswer, type UserAnswer } from '@suda/protocol'
import { sessionsAnswer, signInBody, signOutBody, userAnswer } from '@suda/protocol/schemas'
import { NO_CONTENT, ok } from '../answer.ts'
import { endReplaced, giveCookie, newSession, takeCookie } from '../auth/begin-session.ts'
import { proveName } from '../auth/prove-name.ts'
import { endpoint, openEndpoint } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'
import { named } from '../params.ts'

export const signIn = openEndpoint(
  { summary: 'Begins a session for whoever shows the password', body: signInBody, answers: { 200: userAnswer } },
  async (call) => {
    const { body, context, request } = call
    const { passwordHash, rehashed, user, actor } = await proveName(body, call)
    const { secret, session } = newSession(call)
    const command = { type: 'signIn', passwordHash, session, ...(rehashed !== undefined && { rehashed }) } as const
    giveCookie(call, secret, await context.chat.execute(command, actor, { requestId: request.id }))
    await endReplaced(call)
    const answer: UserAnswer = { user }
    return ok(answer)
  },
)

export const signOut = endpoint(
  { summary: 'Ends the session, or with `everywhere` all of the user', body: signOutBody, answers: { 204: null } },
  async (call) => {
    const { body, context, request, user } = call
    const type = body.everywhere === true ? 'endSessions' : 'endSession'
    await context.chat.execute({ type }, user, commandRequest(request))
    if (user.sessionId !== undefined) takeCookie(call)
    return NO_CONTENT
  },
)

export const getSessions = endpoint(
  { summary: 'The own sessions, the one in use first', answers: { 200: sessionsAnswer } },
  async ({ context, user }) => {
    const answer: SessionsAnswer = { sessions: await context.chat.sessions(user) }
    return ok(answer)
  },
)

export const postSession = endpoint(
  { summary: 'Begins a session for the bearer of a token, no longer than the token lives', answers: { 204: null } },
  async (call) => {
    const { context, request, user } = call
    if (request.identity?.credential.kind !== 'token') {
      throw new ChatError('forbidden', 'A session is begun with a token.')
    }
    const { secret, session } = newSession(call)
    const command = { type: 'startSession', ...session } as const
    giveCookie(call, secret, await context.chat.execute(command, user, commandRequest(request)))
    return NO_CONTENT
  },
)

export const deleteSession = endpoint(
  { summary: 'Ends one of the own sessions', answers: { 204: null } },
  async (call) => {
    const { context, params, request, user } = call
    const sessionId = named(params, 'session')
    await context.chat.execute({ type: 'endSession', sessionId }, user, commandRequest(request))
    if (sessionId === user.sessionId) takeCookie(call)
    return NO_CONTENT
  },
)
