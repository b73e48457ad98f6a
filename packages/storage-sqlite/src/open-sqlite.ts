/** Opens a data folder: takes its lock, starts the writer, and puts the storage together. */

import { dataDir } from './data-dir.ts'
import { Feed } from '@suda/core/storage/adapting'
import { Inbox } from './inbox.ts'
import { storedAfterAll } from './last-group.ts'
import { LIMITS, type SqliteLimits } from './limits.ts'
import { changesAfter } from './log-rows.ts'
import { openForReading } from './open-for-reading.ts'
import { takeOwnerLock, type OwnerLock } from './owner-lock.ts'
import { ReaderClient } from './reader-client.ts'
import { SqliteStorage } from './sqlite-storage.ts'
import { WriterClient } from './writer-client.ts'

export interface SqliteOptions {
  /** Made if it is not there. */
  readonly dataDir: string
  /** `OFF` loses data when the power fails; tests alone pass it. */
  readonly synchronous?: 'FULL' | 'OFF'
  /** Lines that an operator should see. */
  readonly onNotice?: (line: string) => void
  readonly limits?: Partial<SqliteLimits>
  /** Tests alone: a module whose `withFaults` wraps the writer's database, to make it fail. */
  readonly faults?: { readonly moduleUrl: string }
}

/** @throws SqliteOpenError with one clear line */
export async function openSqlite(options: SqliteOptions): Promise<SqliteStorage> {
  const paths = dataDir(options.dataDir)
  const lock = takeOwnerLock(paths.lock)
  try {
    return await openLocked(options, paths, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

async function openLocked(
  options: SqliteOptions,
  paths: ReturnType<typeof dataDir>,
  lock: OwnerLock,
): Promise<SqliteStorage> {
  const { synchronous = 'FULL', onNotice = () => {} } = options
  const limits = { ...LIMITS, ...options.limits }
  const feed = new Feed(async (position, limit) => changesAfter(sql, position, limit))
  const writer = new WriterClient(
    { paths, synchronous, limits, faults: options.faults?.moduleUrl },
    {
      storedAfterAll: (isWaiting) => storedAfterAll(isWaiting, sql),
      onChanges: (changes) => feed.push(changes),
      onReady: (head) => feed.startFrom(head.position),
      onLost: (reason) => feed.end(new Error(`the writer thread died: ${reason}`)),
      onNotice,
    },
  )
  await writer.open()
  const sql = openForReading(paths.database)
  const reader = new ReaderClient(paths.database)
  const inbox = new Inbox(paths.inbox, onNotice)
  return new SqliteStorage({ sql, writer, reader, feed, inbox, lock })
}
