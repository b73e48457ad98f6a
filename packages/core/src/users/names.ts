/** Which user names can be had, and what is an e-mail address. */

import { ChatError, LIMITS } from '@suda/protocol'
import { ROOM_NAME } from '../messages/mentions.ts'

const USERNAME = /^[a-z0-9._-]{2,32}$/
/** `me` stands for oneself in paths. */
const RESERVED = new Set(['me', ROOM_NAME])

/** As browsers check it (WHATWG HTML, valid e-mail address), with a dot in the domain. */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/

/** @throws ChatError `validation_failed`; `taken` for names that the product uses itself */
export function asUsername(text: string): string {
  // A mention cuts trailing dots and hyphens off, so a name that ends in one could never be mentioned.
  if (!USERNAME.test(text) || /[.-]$/.test(text)) {
    throw new ChatError(
      'validation_failed',
      'A user name has 2 to 32 of a-z, 0-9, dot, underscore and hyphen, and ends in neither dot nor hyphen.',
    )
  }
  if (RESERVED.has(text)) throw new ChatError('taken')
  return text
}

/**
 * @returns the address in lower case, which no provider of today tells apart
 * @throws ChatError `validation_failed`
 */
export function asEmail(text: string): string {
  const address = text.trim().toLowerCase()
  if (address.length <= LIMITS.emailLength.max && EMAIL.test(address)) return address
  throw new ChatError('validation_failed', 'This is no e-mail address.')
}
