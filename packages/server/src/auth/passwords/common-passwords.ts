/** Passwords that anybody would try first. */

import { ChatError, LIMITS } from '@suda/protocol'

export class CommonPasswords {
  #loading: Promise<ReadonlySet<string>> | undefined

  /**
   * Loads the list only when somebody sets a password, which a server may never see.
   *
   * @param names of the user and of the site
   * @throws ChatError `validation_failed`
   */
  async refuse(text: string, names: readonly string[]): Promise<void> {
    const folded = fold(text)
    if (names.some((name) => fold(name) === folded)) {
      throw new ChatError('validation_failed', 'A password must not be a name of yours or of this site.')
    }
    this.#loading ??= load()
    if ((await this.#loading).has(folded)) {
      throw new ChatError('validation_failed', 'This password is one of the most common ones; take another.')
    }
  }
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const { min } = LIMITS.passwordLength
  return new Set(dictionary['passwords-common'].filter(({ length }) => length >= min).map(fold))
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim()
}
