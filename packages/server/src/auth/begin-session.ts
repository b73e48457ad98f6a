/** Sessions for browsers: the secret goes into the cookie, its hash into the storage. */

import { isWorthRenewing, type Committed, type NewSession } from '@suda/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppContext } from '../context.ts'
import type { Incoming, User } from '../endpoint.ts'
import { parseChange } from '../parse-change.ts'
import { lastChange } from '../routes/committed.ts'
import { hashSecret, newSecret } from './secrets.ts'
import { readSessionCookie, writeSessionCookie } from './session-cookie.ts'
import type { SiteAddress } from './site-address.ts'

const USER_AGENT_LENGTH = 256

export interface BegunSession {
  readonly secret: string
  readonly session: NewSession
}

export function newSession({ context, request }: Pick<Incoming, 'context' | 'request'>): BegunSession {
  const secret = newSecret()
  const userAgent = request.headers['user-agent']?.slice(0, USER_AGENT_LENGTH)
  const session = {
    sessionId: context.newId(),
    secretHash: hashSecret(secret),
    ...(userAgent !== undefined && { userAgent }),
  }
  return { secret, session }
}

/** Of a session that was committed just now; a repeated request has its cookie already. */
export function giveCookie(
  { address, context, reply }: Pick<Incoming, 'address' | 'context' | 'reply'>,
  secret: string,
  committed: Committed,
): void {
  const started = lastChange(committed, 'session.started')
  if (started === undefined || committed.repeated) return
  writeCookie({ address, context, reply }, secret, started.payload.expiresAt)
}

/** A browser keeps one cookie: the session that it had before would live on only for whoever has a copy. */
export async function endReplaced({ context, request }: Pick<Incoming, 'context' | 'request'>): Promise<void> {
  const { id: requestId, identity } = request
  if (identity?.credential.kind !== 'session') return
  try {
    await context.chat.execute({ type: 'endSession' }, identity.user, { requestId })
  } catch (error) {
    context.log.warn({ err: error, requestId }, 'A session that was replaced could not be ended')
  }
}

export function takeCookie({ address, context, reply }: Pick<Incoming, 'address' | 'context' | 'reply'>): void {
  writeSessionCookie(reply, { secret: '', maxAgeSeconds: 0 }, { siteId: context.siteId, address })
}

interface Use {
  readonly user: User
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly address: SiteAddress
  readonly context: AppContext
}

/** A session that is used lives on. A fault of it must not be one of the request. */
export async function renewInUse({ address, context, reply, request, user }: Use): Promise<void> {
  const { sessionExpiresAt } = user
  if (sessionExpiresAt === undefined || !isWorthRenewing(sessionExpiresAt, context.now())) return
  const secret = readSessionCookie(request, { siteId: context.siteId, address })
  try {
    const { changes } = await context.chat.execute({ type: 'renewSession' }, user, { requestId: request.id })
    const renewed = changes.find(({ type }) => type === 'session.renewed')
    if (renewed === undefined || secret === undefined) return
    writeCookie({ address, context, reply }, secret, parseChange<'session.renewed'>(renewed).payload.expiresAt)
  } catch (error) {
    context.log.warn({ err: error, requestId: request.id }, 'A session could not be renewed')
  }
}

function writeCookie(
  { address, context, reply }: Pick<Incoming, 'address' | 'context' | 'reply'>,
  secret: string,
  expiresAt: string,
): void {
  const maxAgeSeconds = Math.max(0, Math.round((Date.parse(expiresAt) - context.now()) / 1_000))
  writeSessionCookie(reply, { secret, maxAgeSeconds }, { siteId: context.siteId, address })
}
