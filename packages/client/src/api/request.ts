/** What a call looks like on the wire. */

import { ChatError } from '@suda/protocol'

/** Of a call what stands in its address. */
export interface AddressParts {
  /** By the names in the path. */
  readonly path?: Readonly<Record<string, string>>
  readonly query?: object
}

/**
 * @param base where the site is, with its prefix; empty for the origin of the page
 * @param path with names in braces, `/api/rooms/{room}`
 * @throws ChatError `not_found` for a name that cannot stand in an address: nothing is called so
 */
export function addressOf(base: string, path: string, { path: names = {}, query = {} }: AddressParts): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.append(key, String(value))
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => segment(names[name] ?? ''))
  const question = search.size > 0 ? `?${search}` : ''
  return base.replace(/\/+$/, '') + filled + question
}

/** Dots alone would lead to another place, encoded as well (WHATWG URL, 4.5). */
function segment(name: string): string {
  if (/^\.{0,2}$/.test(name) || !name.isWellFormed()) throw new ChatError('not_found')
  return encodeURIComponent(name)
}

export interface RequestParts {
  readonly method: string
  readonly accept: string
  readonly token?: string | undefined
  /** For `Idempotency-Key`. */
  readonly key?: string | undefined
  readonly body?: unknown
}

export function requestInit({ accept, body, key, method, token }: RequestParts): RequestInit {
  return {
    method,
    headers: {
      accept,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    credentials: token === undefined ? 'same-origin' : 'omit',
    // The API never redirects; followed, a POST would become a GET, and the token might go to others.
    redirect: 'manual',
  }
}
