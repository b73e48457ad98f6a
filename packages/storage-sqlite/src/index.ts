/** Suda's storage on an embedded SQLite file. */

export type { Inbox, PostRow } from './inbox.ts'
export type { InboxRow } from './inbox-messages.ts'
export { LIMITS as SQLITE_LIMITS, type SqliteLimits } from './limits.ts'
export { SqliteOpenError, type OpenErrorKind } from './open-error.ts'
export { openSqlite, type SqliteOptions } from './open-sqlite.ts'
export type { SqliteStorage } from './sqlite-storage.ts'
