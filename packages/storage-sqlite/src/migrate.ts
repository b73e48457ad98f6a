/** Brings a database to the newest schema. Each step is a transaction with its `user_version`, so running again is safe. */

import type { DatabaseSync } from 'node:sqlite'
import { migrations as all } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { SqliteOpenError } from './open-error.ts'

/** @throws SqliteOpenError `newer` if a later version of Suda wrote the database */
export function migrate(db: DatabaseSync, migrations: readonly Migration[] = all): void {
  const known = migrations.at(-1)?.version ?? 0
  const present = schemaVersion(db)
  if (present > known) {
    throw new SqliteOpenError(
      'newer',
      `the database has schema ${present}, this version of Suda knows ${known} at most`,
    )
  }
  for (const migration of migrations) if (migration.version > present) step(db, migration)
}

function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
}

function step(db: DatabaseSync, { version, up }: Migration): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    up(db)
    db.exec(`PRAGMA user_version = ${version}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
