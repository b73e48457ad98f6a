/** From which address somebody asks, in one spelling, so that nobody is somebody else by writing it otherwise. */

import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

interface Asked extends Pick<FastifyRequest, 'raw' | 'socket'> {
  /** Of a socket that is gone there is none, whatever Fastify’s type says. */
  readonly ip: string | undefined
}

/** A socket that is gone has no address any more, and whoever hangs up at once was somewhere nevertheless. */
const noted = new WeakMap<Asked['raw'], string>()

const WITH_PORT = /^(?:\[([^\]]+)\]|([0-9.]+))(?::\d+)?$/
/** IPv4 as IPv6 writes it, which a server sees that listens for both. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/** To be called before anything is waited for. */
export function noteClientAddress(request: Asked): void {
  noted.set(request.raw, addressOf(request))
}

/** What a trusted proxy says, and where that is no address the one of the proxy. */
export function clientAddress(request: Asked): string {
  return noted.get(request.raw) ?? addressOf(request)
}

function addressOf({ ip, socket }: Asked): string {
  return canonical(ip ?? '') ?? canonical(socket.remoteAddress ?? '') ?? 'unknown'
}

/** @returns undefined for what is no address */
function canonical(text: string): string | undefined {
  const [, bracketed, dotted] = WITH_PORT.exec(text) ?? []
  const [address = ''] = (bracketed ?? dotted ?? text).split('%')
  switch (isIP(address)) {
    case 4:
      return address
    case 6:
      return withoutMapping(new URL(`http://[${address}]`).hostname.slice(1, -1))
    default:
      return undefined
  }
}

function withoutMapping(address: string): string {
  const [, high, low] = MAPPED.exec(address) ?? []
  if (high === undefined || low === undefined) return address
  return [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.')
}
