/** Which collections of other programs are read, and how. */

/** `room`, `author`, `text` and `at` name fields of theirs, with dots where they stand deeper. */
export interface SourceOptions {
  /** How it is known here for ever. */
  readonly name: string
  readonly collection: string
  readonly room: string
  readonly author: string
  readonly text: string
  /** When it was written. */
  readonly at?: string
}
