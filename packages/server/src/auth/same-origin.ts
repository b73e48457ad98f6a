/** Whether a request that changes something comes from our own page: a browser adds the cookie wherever it comes from. */

import { ChatError } from '@suda/protocol'
import type { FastifyRequest } from 'fastify'
import type { SiteAddress } from './site-address.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD'])

export function isUnsafe(method: string): boolean {
  return !SAFE_METHODS.has(method)
}

/**
 * For what needs no cookie, such as signing in: another site must not sign its visitors in here. Programs send neither
 * header.
 * @throws ChatError `csrf`
 */
export function refuseForeignOrigin(request: FastifyRequest, address: SiteAddress): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined || site !== undefined) assertSameOrigin(request, address)
}

/**
 * A page cannot forge either header. Missing counts as foreign where a cookie is used.
 * @throws ChatError `csrf`
 */
export function assertSameOrigin(request: FastifyRequest, address: SiteAddress): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site === 'same-origin' || origin === address.originOf(request)) return
  const isSilent = site === undefined && origin === undefined
  throw new ChatError('csrf', isSilent ? 'With a cookie goes an `Origin`; a program shows a token instead.' : undefined)
}
