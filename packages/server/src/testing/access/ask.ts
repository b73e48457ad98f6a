/** One request of the matrix, and what it is answered in the words of the tables. */

import { ERRORS, type ErrorCode } from '@suda/protocol'
import type { Answered, Client } from '../a-client.ts'
import { CODES } from './expectations.ts'

export interface Ask {
  readonly method: string
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

export function send(client: Client, { body, headers = {}, method, path }: Ask): Promise<Answered> {
  // Of a stream its head is enough.
  const asked = method === 'GET' && path.includes('/feed') ? 'HEAD' : method
  if (body === undefined) return client.send(asked, path, { headers })
  const type = { 'content-type': 'application/json' }
  return client.send(asked, path, { headers: { ...type, ...headers }, body: JSON.stringify(body) })
}

/** As it stands in a cell. A code that no table knows is written out. */
export function cellOf({ body, headers, status }: Answered): string {
  if (status < 400) return String(status)
  // The answer to HEAD has no body, so its usual code is believed.
  const code: unknown = headers.get('content-length') !== null && body === undefined ? usualOf(status) : body?.code
  const found = Object.entries(CODES).find(([cell, name]) => name === code && cell.startsWith(String(status)))
  return found?.[0] ?? `${status} ${String(code)}`
}

function usualOf(status: number): ErrorCode | undefined {
  const code = CODES[String(status)]
  return code !== undefined && ERRORS[code].status === status ? code : undefined
}

/** All that is told, but for what each request has of its own. */
export function bytesOf({ headers, status, text }: Answered): string {
  const told = [...headers].filter(([name]) => name !== 'date')
  return JSON.stringify([status, told, text.replace(/"requestId":"[^"]*"/, '"requestId":"…"')])
}
