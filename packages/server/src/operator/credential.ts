/**
 * How the command line proves to the server of the same data folder that it can read the folder's secret. Each request
 * is signed by itself, so that whoever might see one can do nothing else with it, and nothing a minute later.
 */

import { createHmac, timingSafeEqual } from 'node:crypto'

/** Below the site's prefix. */
export const OPERATOR_PATH = '/api/cli'

const SCHEME = 'Suda-Operator'
const VALID_MS = 60_000

/** @returns the value of the `Authorization` header for this body */
export function signRequest(secret: string, body: string, now: number): string {
  return `${SCHEME} ${now}.${macOf(secret, body, now)}`
}

export function isSignedBy(secret: string, body: string, authorization: string | undefined, now: number): boolean {
  const [, time, mac] = /^Suda-Operator ([0-9]{1,16})\.([0-9a-f]{64})$/.exec(authorization ?? '') ?? []
  if (time === undefined || mac === undefined) return false
  const expected = macOf(secret, body, Number(time))
  const isGenuine = timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(mac, 'hex'))
  return isGenuine && Math.abs(now - Number(time)) <= VALID_MS
}

function macOf(secret: string, body: string, time: number): string {
  const key = createHmac('sha256', secret).update('suda operator 1').digest()
  return createHmac('sha256', key).update(`${time}\n${body}`).digest('hex')
}
