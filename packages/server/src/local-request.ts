/** Whether a request comes from this very machine, and not by a proxy on it that passes on what strangers ask. */

import { isIP, isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'

type Asked = Pick<FastifyRequest, 'headers' | 'socket'>

/** For what anybody with an account on the machine may see. */
export function isLocalRequest({ headers, socket }: Asked): boolean {
  return isLoopback(socket.remoteAddress) && !isForwarded(headers) && isLocalHost(headers.host)
}

/** A server that listens on one outer address alone is reached by that address from its own machine, too. */
export function isFromThisMachine({ headers, socket }: Asked): boolean {
  const { remoteAddress, localAddress } = socket
  return (
    !isForwarded(headers) &&
    (isLoopback(remoteAddress) || (remoteAddress !== undefined && remoteAddress === localAddress))
  )
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address === '::1' || /^(::ffff:)?127\./.test(address))
}

function isForwarded(headers: Asked['headers']): boolean {
  return Object.keys(headers).some((name) => name === 'forwarded' || name === 'via' || name.startsWith('x-forwarded-'))
}

/** A name that somebody pointed at this machine is not enough: it would let their page ask in a browser's name. */
function isLocalHost(host: string | undefined): boolean {
  const name = host?.replace(/:\d{1,5}$/, '').toLowerCase() ?? ''
  return name === 'localhost' || isIP(name) === 4 || (/^\[.*\]$/.test(name) && isIPv6(name.slice(1, -1)))
}
