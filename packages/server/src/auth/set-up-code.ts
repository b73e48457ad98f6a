/** The one-time code by which the first owner is made. */

import { createHmac, timingSafeEqual } from 'node:crypto'

const BYTES = 16

/**
 * 128 bits, of the site's secret: the same at every start and on every process of the site, and worth nothing once there
 * is an owner.
 */
export function setUpCode(siteSecret: string): string {
  return createHmac('sha256', siteSecret).update('suda set-up 1').digest().subarray(0, BYTES).toString('base64url')
}

/** Takes the same time whatever was given. */
export function isSetUpCode(given: string, siteSecret: string): boolean {
  const hash = (code: string) => createHmac('sha256', siteSecret).update(code).digest()
  return timingSafeEqual(hash(given), hash(setUpCode(siteSecret)))
}
