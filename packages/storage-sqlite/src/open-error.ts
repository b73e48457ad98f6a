/** Why a data folder could not be opened; the command line turns `kind` into an exit code. */

/**
 * - `locked`: another server owns the folder
 * - `unusable`: not a folder, no permission, not a database, or a corrupt one
 * - `newer`: written by a later version of Suda
 * - `unreachable`: the folder is sound, but the storage could not be started on it
 */
export type OpenErrorKind = 'locked' | 'unusable' | 'newer' | 'unreachable'

/** Its message is one line for a person. */
export class SqliteOpenError extends Error {
  readonly kind: OpenErrorKind

  constructor(kind: OpenErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(message.replaceAll(/\s+/g, ' '), options)
    this.name = 'SqliteOpenError'
    this.kind = kind
  }
}
