/** The first schema. Times are milliseconds since the epoch, `position` and `since` are positions in the log. */

import type { Migration } from './migration.ts'

export const first: Migration = {
  version: 1,
  up: (db) => {
    for (const part of [log, people, rooms, messages, bookkeeping]) db.exec(part)
  },
}

// `json` goes over the wire as it stands. The partial indexes hold what redaction and erasing look for and nothing of
// the many `message.posted` rows: a message knows the position of its own.
const log = `
  CREATE TABLE log (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,
    first_position INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE changes (
    position INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    audience TEXT NOT NULL,
    room_id TEXT,
    user_id TEXT,
    message_id TEXT,
    key TEXT,
    actor_id TEXT,
    via TEXT,
    request_id TEXT,
    supersedes TEXT,
    retry_id INTEGER,
    json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX changes_by_key ON changes (key) WHERE key IS NOT NULL;
  CREATE INDEX changes_by_message ON changes (message_id) WHERE type IN ('message.edited', 'message.deleted');
  CREATE INDEX changes_of_rooms ON changes (room_id) WHERE type IN ('room.created', 'room.changed');
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    actor_id TEXT,
    user_id TEXT,
    room_id TEXT,
    via TEXT NOT NULL,
    address TEXT,
    request_id TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_age ON audit (at);
  CREATE INDEX audit_by_actor ON audit (actor_id);
  CREATE INDEX audit_by_type ON audit (type);`

const people = `
  CREATE TABLE site (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    sign_up TEXT NOT NULL,
    default_rooms TEXT NOT NULL,
    keep_edits INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    secret TEXT NOT NULL
  ) STRICT;
  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    username TEXT UNIQUE,
    display_name TEXT,
    display_key TEXT,
    site_role TEXT NOT NULL,
    email TEXT UNIQUE,
    external_id TEXT UNIQUE,
    time_zone TEXT,
    locale TEXT,
    password_hash TEXT,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    suspended_at INTEGER,
    deleted_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX users_by_display ON users (display_key);
  CREATE INDEX users_in_charge ON users (site_role) WHERE site_role = 'owner';
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users,
    secret_hash TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tokens_by_user ON tokens (user_id);
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users,
    secret_hash TEXT NOT NULL UNIQUE,
    token_id TEXT,
    scopes TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_by_user ON sessions (user_id);
  CREATE INDEX sessions_by_age ON sessions (expires_at);
  CREATE INDEX sessions_by_token ON sessions (token_id) WHERE token_id IS NOT NULL;`

// A deleted room keeps its row and its members, the audience of `room.deleted`, until the log is trimmed past it.
const rooms = `
  CREATE TABLE rooms (
    id TEXT PRIMARY KEY,
    slug TEXT UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL,
    topic TEXT,
    archived INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    member_count INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_at INTEGER,
    public_since INTEGER,
    deleted_position INTEGER,
    erasing INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rooms_public ON rooms (id) WHERE visibility = 'public' AND deleted_position IS NULL;
  CREATE INDEX rooms_deleted ON rooms (deleted_position) WHERE deleted_position IS NOT NULL;
  CREATE TABLE members (
    room_id TEXT NOT NULL REFERENCES rooms,
    user_id TEXT NOT NULL REFERENCES users,
    role TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    muted_until INTEGER,
    read_seq INTEGER NOT NULL,
    read_ordinal INTEGER NOT NULL,
    read_revision INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (room_id, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_by_user ON members (user_id);`

// `in_main` stands before `seq` so that a page of the main view never walks over the replies between its messages.
// A mention of the whole room has user_id ''.
const messages = `
  CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    room_id TEXT NOT NULL,
    in_main INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    author_id TEXT NOT NULL,
    via TEXT NOT NULL,
    text TEXT NOT NULL,
    mentions TEXT,
    reply_to TEXT,
    thread_id TEXT,
    also_in_room INTEGER,
    thread_count INTEGER,
    thread_last_at INTEGER,
    system TEXT,
    created_at INTEGER NOT NULL,
    edited_at INTEGER,
    deleted_at INTEGER,
    deleted_by TEXT,
    body_hash TEXT NOT NULL,
    position INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX messages_in_room ON messages (room_id, in_main, seq);
  CREATE INDEX messages_in_thread ON messages (thread_id, seq) WHERE thread_id IS NOT NULL;
  CREATE TABLE mentions (
    room_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    author_id TEXT NOT NULL,
    PRIMARY KEY (room_id, user_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX mentions_by_message ON mentions (room_id, seq);
  CREATE TABLE sources (
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (source, source_id)
  ) STRICT, WITHOUT ROWID;`

const bookkeeping = `
  CREATE TABLE retries (
    id INTEGER PRIMARY KEY,
    actor_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    answer TEXT,
    is_taken_back INTEGER NOT NULL DEFAULT 0,
    first_position INTEGER NOT NULL,
    last_position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (actor_id, key)
  ) STRICT;
  CREATE INDEX retries_by_age ON retries (at);
  CREATE INDEX retries_without_changes ON retries (id) WHERE last_position = 0 AND is_taken_back = 0;
  CREATE TABLE quotas (
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX quotas_by_key ON quotas (key, expires_at);
  CREATE INDEX quotas_by_age ON quotas (expires_at);
  CREATE TABLE last_group (one INTEGER PRIMARY KEY CHECK (one = 1), stored TEXT NOT NULL) STRICT;
  CREATE TABLE probe (one INTEGER PRIMARY KEY CHECK (one = 1), filler BLOB) STRICT;`
