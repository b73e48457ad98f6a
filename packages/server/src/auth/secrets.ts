/** Secrets that people hold and of which only a hash is kept. */

import { createHash, createHmac, randomBytes } from 'node:crypto'

/** 256 random bits. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** By which it is found again: random enough that no salt is needed, and looking up a hash tells nothing by its time. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Of what people wrote: an unkeyed hash would let whoever reads the database try short texts, also of what was deleted. */
export function keyedHash(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}
