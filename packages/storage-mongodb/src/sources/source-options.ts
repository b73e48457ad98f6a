/** Which collections of other programs are read, and how. */

import { INDEXES } from '../indexes.ts'
import { MongoOpenError } from '../open-error.ts'

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

/** @throws MongoOpenError `settings` for collections that are ours or the database's own */
export function assertForeign(sources: readonly SourceOptions[]): void {
  for (const { collection, name } of sources) {
    if (Object.hasOwn(INDEXES, collection) || collection.startsWith('system.'))
      throw new MongoOpenError(
        'settings',
        `the source “${name}” cannot be the collection “${collection}”: it is none of yours`,
      )
  }
}
