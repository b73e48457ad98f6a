/** Which user names can be had. */

import { ChatError } from '@suda/protocol'
import { ROOM_NAME } from '../messages/mentions.ts'

const USERNAME = /^[a-z0-9._-]{2,32}$/
/** `me` stands for oneself in paths. */
const RESERVED = new Set(['me', ROOM_NAME])

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
