/** Under which addresses the site answers, and what follows from that: scheme, origin, path prefix. */

import { isIP } from 'node:net'
import { ChatError } from '@suda/protocol'
import type { FastifyRequest } from 'fastify'
import type { AppConfig } from '../context.ts'

/** `GET http://host/path`, as a proxy is asked. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i

export class SiteAddress {
  readonly #publicUrl: URL | undefined

  constructor({ publicUrl }: Pick<AppConfig, 'publicUrl'>) {
    this.#publicUrl = publicUrl === undefined ? undefined : new URL(publicUrl)
  }

  /** What stands before every path; empty or without a slash at its end. */
  get prefix(): string {
    return this.#publicUrl?.pathname.replace(/\/+$/, '') ?? ''
  }

  /** Of cookies: they live below the prefix. */
  get path(): string {
    return `${this.prefix}/`
  }

  /**
   * Other names than the public one lead nowhere: a foreign name that was pointed at this machine would make its page
   * the same origin as ours.
   * @throws ChatError `misdirected`, `malformed`
   */
  assertHost({ host, raw }: Pick<FastifyRequest, 'host' | 'raw'>): void {
    assertOneHost(raw)
    if (host === '') {
      // Only HTTP/1.0 may come without one, and no browser speaks that.
      if (raw.httpVersionMinor > 0) throw new ChatError('malformed', 'The request names no host.')
      return
    }
    if (isLocal(host) || host.toLowerCase() === this.#publicUrl?.host) return
    const advice =
      this.#publicUrl === undefined
        ? 'Set --public-url to the address'
        : '--public-url names another one than the address'
    throw new ChatError('misdirected', `${advice} at which people reach this site.`)
  }

  isHttps(request: Pick<FastifyRequest, 'host' | 'protocol'>): boolean {
    const protocol = this.#isPublic(request) ? this.#publicUrl?.protocol : `${schemeOf(request)}:`
    return protocol === 'https:'
  }

  /** With a slash at its end: what a link to the site begins with. Whoever follows one comes from outside. */
  linkBase(request: Pick<FastifyRequest, 'host' | 'protocol'>): string {
    return `${this.#publicUrl?.origin ?? this.originOf(request)}${this.path}`
  }

  /** What a browser that is on our own page sends as `Origin`. */
  originOf(request: Pick<FastifyRequest, 'host' | 'protocol'>): string {
    if (this.#publicUrl !== undefined && this.#isPublic(request)) return this.#publicUrl.origin
    return `${schemeOf(request)}://${withoutDefaultPort(request)}`
  }

  /** A proxy that ends TLS need not be trusted for us to know what stands in the address bar. */
  #isPublic({ host }: Pick<FastifyRequest, 'host'>): boolean {
    return this.#publicUrl !== undefined && host.toLowerCase() === this.#publicUrl.host
  }
}

/** What stands twice could be read one way here and another way by a proxy. */
function assertOneHost({ headers, rawHeaders, url = '' }: FastifyRequest['raw']): void {
  const names = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  if (names.length > 1) throw new ChatError('malformed', 'The request names more than one host.')
  const named = ABSOLUTE.exec(url)?.[1]
  if (named !== undefined && named.toLowerCase() !== headers.host?.toLowerCase()) {
    throw new ChatError('misdirected', 'The address and the header name different hosts.')
  }
}

function isLocal(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase()
  if (name === 'localhost') return true
  const bracketed = /^\[([0-9a-f:.]+)\]$/.exec(name)?.[1]
  return bracketed === undefined ? isIP(name) === 4 : isIP(bracketed) === 6
}

/** A proxy may pass on whatever the caller wrote. */
function schemeOf({ protocol }: Pick<FastifyRequest, 'protocol'>): 'http' | 'https' {
  return protocol.toLowerCase() === 'https' ? 'https' : 'http'
}

function withoutDefaultPort(request: Pick<FastifyRequest, 'host' | 'protocol'>): string {
  return request.host.toLowerCase().replace(schemeOf(request) === 'https' ? /:443$/ : /:80$/, '')
}
