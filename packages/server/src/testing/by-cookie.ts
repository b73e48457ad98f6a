/** Somebody who asks as a browser does: with the cookie of an answer, from the site's own pages. */

import type { Answered, Client } from './a-client.ts'

/** @param client whose own credential is left behind */
export function byCookie(client: Client, { headers }: Pick<Answered, 'headers'>): Client {
  return client.with({ cookie: cookieIn(headers), origin: new URL(client.url).origin })
}

/** `name=value` of the one cookie that an answer sets. */
export function cookieIn(headers: Headers): string {
  const [pair = ''] = (headers.get('set-cookie') ?? '').split(';')
  return pair
}
