/** Why Suda could not start; the command line turns `kind` into an exit code and prints the message, one line. */

/**
 * - `settings`: something that was configured cannot be used
 * - `unreachable`: the database cannot be reached
 * - `unusable`: the data folder cannot be used, or holds a database of a later version
 * - `taken`: another program has the port, or another server the data folder
 */
export type StartErrorKind = 'settings' | 'unreachable' | 'unusable' | 'taken'

export class StartError extends Error {
  readonly kind: StartErrorKind

  constructor(kind: StartErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'StartError'
    this.kind = kind
  }
}
