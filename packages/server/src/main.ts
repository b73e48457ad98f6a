/** The composition root: here the parts are made and handed to each other, and here alone adapters are known. */

import { setTimeout as wait } from 'node:timers/promises'
import { Chat } from '@suda/core'
import { ChatError } from '@suda/protocol'
import type { MongoOpenErrorKind, MongoOptions } from '@suda/storage-mongodb'
import type { OpenErrorKind } from '@suda/storage-sqlite'
import { pino, type Logger } from 'pino'
import { carryOut } from './operator/carry-out.ts'
import type { OperatorCommand } from './operator/operator-command.ts'
import { ports } from './ports.ts'
import type { AdoptionProgress, ServedStorage, Serving, ServingOptions, SourceAdoption } from './serving.ts'
import { isServerAlive, readServerFile, removeServerFile } from './server-file.ts'
import type { Settings } from './settings.ts'
import { sourcePoster, type PostSourceRows } from './sources.ts'
import { StartError, type StartErrorKind } from './start-error.ts'

export type SudaOptions = ServingOptions
export type Suda = Serving

/** A command line that uses the folder for a moment is waited for; a server is not. */
const PATIENCE_MS = 3_000
const PAUSE_MS = 50

/** @throws StartError */
export async function createSuda(options: SudaOptions): Promise<Suda> {
  const storage = await (options.databaseUrl === undefined ? openFolderPatiently(options) : open(options))
  try {
    // Only here, since commands that need no server start faster without.
    const { startServing } = await import('./serving.ts')
    return await startServing(storage, options)
  } catch (error) {
    await storage.close()
    throw error
  }
}

/**
 * Carries out an operator's command without a server.
 * @throws StartError `taken` if there is one
 */
export async function withStorage(settings: Settings, command: OperatorCommand): Promise<void> {
  const storage = await open(settings)
  try {
    await carryOut(command, new Chat(storage, ports), ports.newId())
  } finally {
    await storage.close()
  }
}

export interface Adopting extends Omit<SourceAdoption, 'post'> {
  readonly onRefused: (reason: string) => void
}

/**
 * Has the documents of a source posted, to the end of what is there, and again those that were refused.
 * @throws StartError; ChatError `not_found` if there is no such source
 */
export async function adoptSource(settings: Settings, name: string, adopting: Adopting): Promise<AdoptionProgress> {
  const storage = await open(settings)
  try {
    const poster = sourcePoster(new Chat(storage, ports), settings.sources ?? [], pino({ level: 'silent' }))
    const post: PostSourceRows = async (rows) => {
      const outcomes = await poster(rows)
      for (const outcome of outcomes) if ('error' in outcome) adopting.onRefused(outcome.error)
      return outcomes
    }
    const progress = await storage.sources?.adopt(name, { ...adopting, post })
    if (progress === undefined) throw new ChatError('not_found', `There is no source “${name}”.`)
    return progress
  } finally {
    await storage.close()
  }
}

async function openFolderPatiently(options: SudaOptions): Promise<ServedStorage> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      const storage = await open(options)
      // Of a server that was killed.
      removeServerFile(options.data)
      return storage
    } catch (error) {
      const isWorthWaiting = error instanceof StartError && error.kind === 'taken' && !isServerAlive(options.data)
      if (!isWorthWaiting || Date.now() > deadline) throw error
    }
    await wait(PAUSE_MS)
  }
}

interface Opening extends Pick<Settings, 'data' | 'databaseUrl' | 'sources'> {
  readonly logger?: Logger
}

/** Of the adapters only the one that is used is loaded. */
async function open({ data, databaseUrl: url, logger, sources = [] }: Opening): Promise<ServedStorage> {
  const onNotice = (line: string): void => logger?.warn(line)
  if (url !== undefined) return openDatabase({ url, sources, onNotice })
  if (sources.length > 0)
    throw new StartError('settings', 'sources stand in a MongoDB: give its --database-url as well')
  return openFolder(data, onNotice)
}

async function openFolder(dataDir: string, onNotice: (line: string) => void): Promise<ServedStorage> {
  const { openSqlite, SqliteOpenError } = await import('@suda/storage-sqlite')
  try {
    return await openSqlite({ dataDir, onNotice })
  } catch (error) {
    if (!(error instanceof SqliteOpenError)) throw error
    const other = error.kind === 'locked' ? readServerFile(dataDir)?.url : undefined
    throw refusal(error, error.kind, other === undefined ? '' : `; it answers at ${other}`)
  }
}

async function openDatabase(options: MongoOptions): Promise<ServedStorage> {
  const { MongoOpenError, openMongo } = await import('@suda/storage-mongodb')
  try {
    return await openMongo(options)
  } catch (error) {
    throw error instanceof MongoOpenError ? refusal(error, error.kind) : error
  }
}

function refusal(error: Error, kind: OpenErrorKind | MongoOpenErrorKind, more = ''): StartError {
  return new StartError(START_KINDS[kind], `${error.message}${more}`, { cause: error })
}

const START_KINDS: Record<OpenErrorKind | MongoOpenErrorKind, StartErrorKind> = {
  locked: 'taken',
  unusable: 'unusable',
  newer: 'unusable',
  unreachable: 'unreachable',
  settings: 'settings',
}
