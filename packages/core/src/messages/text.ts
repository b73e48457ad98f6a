/** Which text can be posted. */

import { ChatError, LIMITS } from '@suda/protocol'
import { isVisible } from '../visible.ts'

const FORBIDDEN_CONTROL = /(?![\t\n])\p{Cc}/u

/** @throws ChatError `invalid_text` */
export function assertReadableText(text: string): void {
  const { max } = LIMITS.textLength
  if (text.length > max) throw new ChatError('invalid_text', `A message has ${max} characters at most.`)
  if (!text.isWellFormed()) throw new ChatError('invalid_text', 'The text holds half of a surrogate pair.')
  if (FORBIDDEN_CONTROL.test(text)) {
    throw new ChatError('invalid_text', 'The text holds a control character other than tab and line feed.')
  }
  if (!isVisible(text)) throw new ChatError('invalid_text', 'The text shows nothing.')
}
