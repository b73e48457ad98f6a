/** A connection to the server itself, or through a proxy that ends TLS. */

import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface Address {
  readonly port: number
  /** The name that is asked for, and who is trusted to know it. */
  readonly tls?: { readonly host: string; readonly ca: string }
}

export function openSocket({ port, tls }: Address): Socket {
  const options = { host: '127.0.0.1', port, noDelay: true }
  return tls === undefined ? connect(options) : connectTls({ ...options, servername: tls.host, ca: tls.ca })
}

/** As it stands in a request. */
export const hostOf = ({ port, tls }: Address): string => `${tls?.host ?? '127.0.0.1'}:${port}`
