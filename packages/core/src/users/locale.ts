/** Languages and time zones that the runtime knows. */

import { ChatError } from '@suda/protocol'

/**
 * @param tag BCP 47; empty for none
 * @returns its canonical form
 * @throws ChatError `validation_failed`
 */
export function asLocale(tag: string): string | null {
  if (tag === '') return null
  try {
    const [canonical] = Intl.getCanonicalLocales(tag)
    if (canonical !== undefined && canonical.length <= 35) return canonical
  } catch {
    // A RangeError says that it is no tag.
  }
  throw new ChatError('validation_failed', '`locale` is a BCP 47 language tag.')
}

/**
 * @param name of the IANA database; empty for none
 * @returns the name as the database writes it
 * @throws ChatError `validation_failed`
 */
export function asTimeZone(name: string): string | null {
  if (name === '') return null
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    throw new ChatError('validation_failed', '`timeZone` is a name of the IANA time zone database.')
  }
}
