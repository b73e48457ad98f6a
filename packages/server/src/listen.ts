/** Opening the port, and what can be said when it cannot be had. */

import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Settings } from './settings.ts'
import { StartError } from './start-error.ts'

/**
 * @returns the address for programs of this machine, without a path
 * @throws StartError `taken`, or `settings` for an address that this machine does not have or a port it may not use
 */
export async function listen(app: FastifyInstance, { host, port }: Pick<Settings, 'host' | 'port'>): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw refusal(error, host, port)
  }
  return localUrl(host, app.server.address())
}

function refusal(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return new StartError('taken', `the port ${port} of ${host} is taken by another program`, { cause: error })
    case 'EACCES':
      return new StartError('settings', `the port ${port} of ${host} may not be used by this user`, { cause: error })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError('settings', `this machine has no address ${host}`, { cause: error })
    default:
      return error
  }
}

/** All addresses of the machine include the one of itself. */
function localUrl(host: string, address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const named = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  return `http://${named}:${address.port}`
}
