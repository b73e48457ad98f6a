import type { DatabaseSync } from 'node:sqlite'

export interface Migration {
  /** What `user_version` is afterwards. */
  readonly version: number
  readonly up: (db: DatabaseSync) => void
}
