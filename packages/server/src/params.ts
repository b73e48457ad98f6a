/** What paths name. */

import type { Params } from './endpoint.ts'

/** An id or a slug; slugs are kept in NFC, and some systems type otherwise. */
export function roomIn(params: Params): string {
  return named(params, 'room').normalize('NFC')
}

/** An id, a user name or `me`. */
export function userIn(params: Params): string {
  return named(params, 'user')
}

export function messageIn(params: Params): string {
  return named(params, 'message')
}

/** @throws Error for a parameter that the route does not have, which is a bug */
export function named(params: Params, name: string): string {
  const value = params[name]
  if (value === undefined) throw new Error(`The route has no “:${name}”`)
  return value
}
