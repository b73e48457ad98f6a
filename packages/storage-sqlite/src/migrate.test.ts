import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'

const first: Migration = { version: 1, up: (db) => db.exec('CREATE TABLE one (x) ') }
const second: Migration = { version: 2, up: (db) => db.exec('CREATE TABLE two (x)') }

test('migrations run in order, each once, however often they are started', () => {
  const db = new DatabaseSync(':memory:')

  migrate(db, [first])
  migrate(db, [first, second])
  migrate(db, [first, second])

  expect([tablesOf(db), versionOf(db)]).toEqual([['one', 'two'], 2])
})

test('a migration that fails leaves nothing of itself, and goes on from there the next time', () => {
  const db = new DatabaseSync(':memory:')
  const failing: Migration = {
    version: 2,
    up: (failed) => {
      second.up(failed)
      throw new Error('the power failed')
    },
  }

  expect(() => migrate(db, [first, failing])).toThrow('the power failed')

  expect([tablesOf(db), versionOf(db)]).toEqual([['one'], 1])
  migrate(db, [first, second])
  expect([tablesOf(db), versionOf(db)]).toEqual([['one', 'two'], 2])
})

test('a schema that is newer than the newest known one is refused', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, [first, second])

  expect(() => migrate(db, [first])).toThrow('the database has schema 2')
})

test('the versions of the real ones are 1, 2, 3 …, and every table is STRICT', () => {
  const db = new DatabaseSync(':memory:')

  migrate(db)

  expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, i) => i + 1))
  const loose = db
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite%'")
    .all()
  expect(loose).toEqual([])
})

test('sessions of before count as used when they were begun', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, migrations.slice(0, 1))
  db.exec(`INSERT INTO users (id, kind, site_role, revision, created_at) VALUES ('alice', 'human', 'member', 1, 0);
    INSERT INTO sessions (id, user_id, secret_hash, created_at, expires_at) VALUES ('s', 'alice', 'hash', 17, 99)`)

  migrate(db)

  expect({ ...db.prepare('SELECT last_used_at, address FROM sessions').get() }).toEqual({
    last_used_at: 17,
    address: null,
  })
})

function tablesOf(db: DatabaseSync): unknown[] {
  return db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row['name'])
}

function versionOf(db: DatabaseSync): unknown {
  return db.prepare('PRAGMA user_version').get()?.['user_version']
}
