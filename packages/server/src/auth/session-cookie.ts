/** The session cookie: of one name over https and of another over http, and never one in the place of the other. */

import { fastifyCookie } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SiteAddress } from './site-address.ts'

export interface CookieParts {
  readonly siteId: string
  readonly address: SiteAddress
}

/** @returns the secret in it, if there is one */
export function readSessionCookie(request: FastifyRequest, parts: CookieParts): string | undefined {
  const { cookie } = request.headers
  return cookie === undefined ? undefined : fastifyCookie.parse(cookie)[nameFor(request, parts)]
}

/** @param maxAgeSeconds 0 takes it away */
export function writeSessionCookie(
  reply: FastifyReply,
  cookie: { readonly secret: string; readonly maxAgeSeconds: number },
  parts: CookieParts,
): void {
  const { request } = reply
  const isHttps = parts.address.isHttps(request)
  const text = fastifyCookie.serialize(nameFor(request, parts), cookie.secret, {
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps,
    // A browser takes a `__Host-` cookie only for the whole host.
    path: isHttps ? '/' : parts.address.path,
    maxAge: cookie.maxAgeSeconds,
  })
  void reply.header('set-cookie', text)
}

/** Over http the name tells sites on one host apart, since cookies know no ports. */
function nameFor(request: FastifyRequest, { address, siteId }: CookieParts): string {
  return address.isHttps(request) ? '__Host-suda' : `suda_${siteId.replaceAll('-', '').slice(-8)}`
}
