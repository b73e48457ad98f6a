/** Who asks: by the bearer token, and if there is no such header by the session cookie. */

import type { Chat } from '@suda/core'
import { ChatError } from '@suda/protocol'
import type { FastifyRequest } from 'fastify'
import type { User } from '../endpoint.ts'
import { clientAddress } from './client-address.ts'
import { hashSecret } from './secrets.ts'
import { readSessionCookie, type CookieParts } from './session-cookie.ts'

export interface Identity {
  readonly user: User
  readonly credential: Credential
}

/** By which it can be asked again whether the session or token still lives. */
export interface Credential {
  readonly kind: 'session' | 'token'
  readonly secretHash: string
}

const BEARER = /^bearer\b/i
const TOKEN = /^bearer +(suda_[A-Za-z0-9_-]{43})$/i
const NO_TOKEN = 'This token is not valid, or not any more.'

/**
 * @returns undefined where neither was sent, or a cookie that is worth nothing (any more)
 * @throws ChatError `unauthenticated` for a header that is no living token
 */
export async function identify(request: FastifyRequest, chat: Chat, parts: CookieParts): Promise<Identity | undefined> {
  const { authorization } = request.headers
  // Other schemes are between the browser and a proxy, which may pass on what it checked itself.
  const isByToken = authorization !== undefined && BEARER.test(authorization)
  const credential = isByToken ? byToken(authorization) : bySession(request, parts)
  if (credential === undefined) return undefined
  const { kind, secretHash } = credential
  const user = kind === 'token' ? await chat.actorByToken(secretHash) : await chat.actorBySession(secretHash)
  if (user !== undefined) return { user: { ...user, address: clientAddress(request) }, credential }
  if (kind === 'token') throw new ChatError('unauthenticated', NO_TOKEN)
  return undefined
}

function bySession(request: FastifyRequest, parts: CookieParts): Credential | undefined {
  const secret = readSessionCookie(request, parts)
  return secret === undefined ? undefined : { kind: 'session', secretHash: hashSecret(secret) }
}

function byToken(authorization: string): Credential {
  const token = TOKEN.exec(authorization)?.[1]
  if (token === undefined) throw new ChatError('unauthenticated', NO_TOKEN)
  return { kind: 'token', secretHash: hashSecret(token) }
}
