/** Opens a database: checks the server, brings the collections up, starts the feed, and puts the storage together. */

import { randomUUID } from 'node:crypto'
import { MongoClient, MongoError, MongoServerError, type MongoClientOptions } from 'mongodb'
import { Collections } from './collections.ts'
import { Committer } from './commit/committer.ts'
import { databaseName } from './database-name.ts'
import { ChangeStreamWatch } from './feed/change-stream-watch.ts'
import { MongoFeed } from './feed/mongo-feed.ts'
import type { WatchOptions } from './feed/watch-options.ts'
import { Foreign } from './foreign/foreign.ts'
import { LIMITS, type MongoLimits } from './limits.ts'
import { MongoStorage, type StorageParts } from './mongo-storage.ts'
import { Nodes } from './nodes.ts'
import { MongoOpenError } from './open-error.ts'
import { prepareDatabase } from './prepare-database.ts'
import { checkServer } from './server-check.ts'
import { changesAfter, readHead } from './reads/log.ts'
import { Signals } from './signals.ts'
import { checkSources } from './sources/check-sources.ts'
import type { SourceOptions } from './sources/source-options.ts'
import { Upkeep } from './upkeep/upkeep.ts'

export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…`; the database is `suda` where it names none. */
  readonly url: string
  /** Collections of other programs. */
  readonly sources?: readonly SourceOptions[]
  /** Lines that an operator should see. */
  readonly onNotice?: (line: string) => void
  readonly limits?: Partial<MongoLimits>
}

// All that durability hangs on is said here, whatever the address or the server's defaults say. A compressor is never
// offered: zlib's has let strangers read the server's memory (CVE-2025-14847).
const CLIENT = {
  appName: 'suda',
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
  retryReads: true,
  retryWrites: true,
  compressors: ['none'],
  ignoreUndefined: false,
  // How long a primary that stepped down may go unnoticed at worst.
  heartbeatFrequencyMS: 2_000,
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  waitQueueTimeoutMS: 10_000,
  maxPoolSize: 50,
} as const satisfies MongoClientOptions

/** @throws MongoOpenError with one clear line */
export async function openMongo(options: MongoOptions): Promise<MongoStorage> {
  const limits = { ...LIMITS, ...options.limits }
  const client = connectionTo(options.url, limits)
  try {
    return await openOn(client, limits, options)
  } catch (error) {
    await client.close()
    throw error instanceof MongoError ? unreachable(error) : error
  }
}

async function openOn(client: MongoClient, limits: MongoLimits, options: MongoOptions): Promise<MongoStorage> {
  const { onNotice = () => {}, sources = [] } = options
  await connect(client)
  const named = client.db(databaseName(options.url))
  const { warnings, writesAcross } = await checkServer(named)
  warnings.forEach(onNotice)
  const db = new Collections({ client, db: named, writesAcross })
  await prepareDatabase(db)
  await checkSources(named, sources)
  const parts = partsOf(db, limits, { onNotice, sources })
  try {
    await parts.upkeep.look()
    const watch = await ChangeStreamWatch.start(watchingFor(parts, { url: options.url, onNotice }))
    return new MongoStorage({ ...parts, watch })
  } catch (error) {
    parts.feed.end()
    await parts.upkeep.close()
    throw error
  }
}

type Parts = Omit<StorageParts, 'watch'>

function partsOf(
  db: Collections,
  limits: MongoLimits,
  { onNotice, sources }: Required<Pick<MongoOptions, 'onNotice' | 'sources'>>,
): Parts {
  const nodeId = randomUUID()
  const committer = new Committer({ db, patienceMs: limits.patienceMs, onErases: () => upkeep.eraseSoon() })
  const upkeep = new Upkeep({ db, limits, owner: nodeId, onNotice, onReached: () => committer.reached() })
  return {
    db,
    committer,
    upkeep,
    feed: new MongoFeed({
      changesAfter: (position, limit) => changesAfter(db, position, limit),
      readHead: () => readHead(db),
    }),
    foreign: new Foreign({ db, sources, onNotice }),
    nodes: new Nodes({ db: db.db, id: nodeId }),
    signals: new Signals({ db: db.db, nodeId }),
  }
}

/** One stream for everything that is inserted, and whom each collection's documents are for. */
function watchingFor(
  { db, feed, foreign, signals }: Parts,
  { onNotice, url }: Pick<Required<MongoOptions>, 'onNotice' | 'url'>,
): WatchOptions {
  return {
    url,
    databaseName: db.db.databaseName,
    collections: ['changes', 'signals', ...foreign.collections],
    onInsert: (collection, documents) => {
      if (collection === 'changes') feed.take(documents)
      else if (collection === 'signals') signals.take(documents)
      else foreign.inserted(collection, documents)
    },
    onMarkers: (markers) => foreign.passed(markers),
    onGap: () => foreign.hold(),
    onOpenedAnew: () => {
      foreign.lookUp()
      return feed.catchUp()
    },
    onNotice: (line, error) => onNotice(error instanceof Error ? `${line}: ${error.message}` : line),
  }
}

function connectionTo(url: string, { silenceMs }: MongoLimits): MongoClient {
  try {
    return new MongoClient(url, { ...CLIENT, socketTimeoutMS: silenceMs })
  } catch {
    // The driver's words may hold the address, and that a password.
    throw new MongoOpenError('settings', 'the address of the database is not one that MongoDB’s driver understands')
  }
}

/** What stands in the way may be a name server or a certificate, of which the driver does not speak as its own. */
async function connect(client: MongoClient): Promise<void> {
  try {
    await client.connect()
  } catch (error) {
    throw unreachable(error)
  }
}

function unreachable(error: unknown): MongoOpenError {
  return new MongoOpenError('unreachable', `the MongoDB cannot be used: ${whyNot(error)}`, { cause: error })
}

/** Wrong passwords and missing rights; hosted databases have a code of their own for both. */
const LOCKED_OUT = [13, 18, 8_000]

function whyNot(error: unknown): string {
  if (!(error instanceof MongoServerError)) return 'it does not answer'
  const code = Number(error.code)
  if (LOCKED_OUT.includes(code)) return 'it does not let us in (user, password or rights)'
  return `it answers with an error (${error.codeName ?? code})`
}
