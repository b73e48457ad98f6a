/** Under which addresses the site answers, and what follows from that: scheme, origin, path prefix. */

import { isIP } from 'node:net'
import { ChatError } from '@suda/protocol'
import type { FastifyRequest } from 'fastify'
import type { AppConfig } from '../context.ts'

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
    const protocol = this.#isPublic(request) ? this.#publicUrl?.protocol : `${request.protocol}:`
    return protocol === 'https:'
  }

  /** What a browser that is on our own page sends as `Origin`. */
  originOf(request: Pick<FastifyRequest, 'host' | 'protocol'>): string {
    if (this.#publicUrl !== undefined && this.#isPublic(request)) return this.#publicUrl.origin
    return `${request.protocol}://${withoutDefaultPort(request)}`
  }

  /** A proxy that ends TLS need not be trusted for us to know what stands in the address bar. */
  #isPublic({ host }: Pick<FastifyRequest, 'host'>): boolean {
    return this.#publicUrl !== undefined && host.toLowerCase() === this.#publicUrl.host
  }
}

function isLocal(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase()
  if (name === 'localhost') return true
  const bracketed = /^\[([0-9a-f:.]+)\]$/.exec(name)?.[1]
  return bracketed === undefined ? isIP(name) === 4 : isIP(bracketed) === 6
}

function withoutDefaultPort({ host, protocol }: Pick<FastifyRequest, 'host' | 'protocol'>): string {
  return host.toLowerCase().replace(protocol === 'https' ? /:443$/ : /:80$/, '')
}
