/** Why a database could not be opened; the command line turns `kind` into an exit code. */

/**
 * - `unusable`: it answers, but it cannot do what is needed, or holds something else
 * - `newer`: written by a later version of Suda
 * - `unreachable`: nobody answers, or does not let us in
 * - `settings`: the address is none
 */
export type MongoOpenErrorKind = 'unusable' | 'newer' | 'unreachable' | 'settings'

/** Its message is one line for a person; it never holds the address, which may hold a password. */
export class MongoOpenError extends Error {
  readonly kind: MongoOpenErrorKind

  constructor(kind: MongoOpenErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(message.replaceAll(/\s+/g, ' '), options)
    this.name = 'MongoOpenError'
    this.kind = kind
  }
}
