/** Sessions: so far begun by showing a token, and ended by signing out. */

import { ChatError } from '@suda/protocol'
import { NO_CONTENT } from '../answer.ts'
import { newSecret, hashSecret } from '../auth/secrets.ts'
import { writeSessionCookie } from '../auth/session-cookie.ts'
import type { AppContext } from '../context.ts'
import { endpoint } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'

const LIFETIME_MS = 30 * 24 * 3_600_000
const USER_AGENT_LENGTH = 256

export const postSession = endpoint(
  { summary: 'Begins a session for the bearer of a token, no longer than the token lives', answers: { 204: null } },
  async ({ address, context, reply, request, user }) => {
    const { credential } = request.identity ?? {}
    if (credential?.kind !== 'token') throw new ChatError('forbidden', 'A session is begun with a token.')
    const secret = newSecret()
    const now = context.now()
    const expiresAt = Math.min(now + LIFETIME_MS, await tokenEnd(credential.secretHash, context))
    const userAgent = request.headers['user-agent']?.slice(0, USER_AGENT_LENGTH)
    const command = {
      type: 'startSession',
      sessionId: context.newId(),
      secretHash: hashSecret(secret),
      expiresAt: new Date(expiresAt).toISOString(),
      ...(userAgent !== undefined && { userAgent }),
    } as const
    const { repeated } = await context.chat.execute(command, user, commandRequest(request))
    const maxAgeSeconds = Math.floor((expiresAt - now) / 1000)
    if (!repeated) writeSessionCookie(reply, { secret, maxAgeSeconds }, { siteId: context.siteId, address })
    return NO_CONTENT
  },
)

export const signOut = endpoint(
  { summary: 'Ends the session', answers: { 204: null } },
  async ({ address, context, reply, request, user }) => {
    await context.chat.execute({ type: 'endSession' }, user, commandRequest(request))
    if (user.sessionId !== undefined) {
      writeSessionCookie(reply, { secret: '', maxAgeSeconds: 0 }, { siteId: context.siteId, address })
    }
    return NO_CONTENT
  },
)

async function tokenEnd(secretHash: string, { storage }: AppContext): Promise<number> {
  const found = await storage.token(secretHash)
  if (found === undefined) throw new ChatError('unauthenticated')
  const { expiresAt } = found.token
  return expiresAt === undefined ? Infinity : Date.parse(expiresAt)
}
