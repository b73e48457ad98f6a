/** Which slugs and names a room can have. */

import { ChatError, LIMITS } from '@suda/protocol'
import { isVisible } from '../visible.ts'

const SLUG = /^[a-z0-9가-힣]+(?:[-_][a-z0-9가-힣]+)*$/
const UUID_LIKE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const CONTROL_OR_BIDI = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u

/**
 * @returns the slug in NFC
 * @throws ChatError `validation_failed`
 */
export function asSlug(text: string): string {
  const slug = text.normalize('NFC')
  if (slug.length > LIMITS.slugLength.max || !SLUG.test(slug)) {
    throw new ChatError(
      'validation_failed',
      'A slug has lower-case letters, digits, Hangul and single hyphens, 64 at most.',
    )
  }
  // It would be taken for an id.
  if (UUID_LIKE.test(slug)) throw new ChatError('validation_failed', 'A slug cannot look like an id.')
  return slug
}

/**
 * For names of rooms, sites and people: one visible line that cannot turn the text around it.
 * @returns the name in NFC, without space at its ends
 * @throws ChatError `validation_failed`
 */
export function asName(text: string, { max }: { readonly max: number }): string {
  const name = text.normalize('NFC').trim()
  const isFine = name.length <= max && name.isWellFormed() && !CONTROL_OR_BIDI.test(name)
  if (!isFine || !isVisible(name)) {
    throw new ChatError('validation_failed', `A name is one visible line of ${max} characters at most.`)
  }
  return name
}

/** @throws ChatError `validation_failed` */
export function asTopic(text: string): string {
  const { max } = LIMITS.topicLength
  return text.trim() === '' ? '' : asName(text, { max })
}
