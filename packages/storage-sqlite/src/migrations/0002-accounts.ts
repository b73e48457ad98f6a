/** Invites, when and from where sessions are used, what the audit tells of a change, and the erasing of deleted users. */

import type { Migration } from './migration.ts'

export const accounts: Migration = {
  version: 2,
  up: (db) => {
    for (const part of [invites, sessions, tokens, audit, users]) db.exec(part)
  },
}

const invites = `
  CREATE TABLE invites (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users,
    code_hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    room_id TEXT,
    uses INTEGER,
    used INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX invites_by_user ON invites (user_id);
  CREATE INDEX invites_by_age ON invites (expires_at);
  CREATE INDEX invites_used_up ON invites (id) WHERE used >= uses;`

const sessions = `
  ALTER TABLE sessions ADD COLUMN last_used_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sessions ADD COLUMN address TEXT;
  UPDATE sessions SET last_used_at = created_at;`

const tokens = `CREATE INDEX tokens_by_age ON tokens (expires_at) WHERE expires_at IS NOT NULL;`

const audit = `ALTER TABLE audit ADD COLUMN detail TEXT;`

// Below this position the log may still name the user; null where it does not.
const users = `
  ALTER TABLE users ADD COLUMN erasing INTEGER;
  CREATE INDEX users_erasing ON users (id) WHERE erasing IS NOT NULL;`
