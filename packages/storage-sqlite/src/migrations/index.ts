/** Every schema there ever was, in order. A migration that was released is never changed. */

import type { DatabaseSync } from 'node:sqlite'
import { first } from './0001-first.ts'

export interface Migration {
  /** What `user_version` is afterwards. */
  readonly version: number
  readonly up: (db: DatabaseSync) => void
}

export const migrations: readonly Migration[] = [first]
