/** The session cookie: of one name over https and of another over http, and never one in the place of the other. */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SiteAddress } from './site-address.ts'

export interface CookieParts {
  readonly siteId: string
  readonly address: SiteAddress
}

/** @returns the secret in it, if there is one */
export function readSessionCookie(request: FastifyRequest, parts: CookieParts): string | undefined {
  const { cookie } = request.headers
  if (cookie === undefined) return undefined
  const begin = `${nameFor(request, parts)}=`
  const pair = cookie.split(';').find((candidate) => candidate.trimStart().startsWith(begin))
  return pair?.trim().slice(begin.length)
}

/** @param maxAgeSeconds 0 takes it away */
export function writeSessionCookie(
  reply: FastifyReply,
  cookie: { readonly secret: string; readonly maxAgeSeconds: number },
  parts: CookieParts,
): void {
  const { request } = reply
  const isHttps = parts.address.isHttps(request)
  const attributes = [
    `${nameFor(request, parts)}=${cookie.secret}`,
    `Max-Age=${cookie.maxAgeSeconds}`,
    // A browser takes a `__Host-` cookie only for the whole host.
    `Path=${isHttps ? '/' : parts.address.path}`,
    'HttpOnly',
    ...(isHttps ? ['Secure'] : []),
    'SameSite=Lax',
  ]
  void reply.header('set-cookie', attributes.join('; '))
}

/** Over http the name tells sites on one host apart, since cookies know no ports. */
function nameFor(request: FastifyRequest, { address, siteId }: CookieParts): string {
  return address.isHttps(request) ? '__Host-suda' : `suda_${siteId.replaceAll('-', '').slice(-8)}`
}
