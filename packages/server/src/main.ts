/** The composition root: here the parts are made and handed to each other, and here alone adapters are known. */

import { setTimeout as wait } from 'node:timers/promises'
import { Chat } from '@suda/core'
import { openSqlite, SqliteOpenError, type OpenErrorKind, type SqliteStorage } from '@suda/storage-sqlite'
import type { Logger } from 'pino'
import { carryOut } from './operator/carry-out.ts'
import type { OperatorCommand } from './operator/operator-command.ts'
import { ports } from './ports.ts'
import type { Serving, ServingOptions } from './serving.ts'
import { isServerAlive, removeServerFile } from './server-file.ts'
import type { Settings } from './settings.ts'
import { StartError, type StartErrorKind } from './start-error.ts'

export type SudaOptions = ServingOptions
export type Suda = Serving

/** A command line that uses the folder for a moment is waited for; a server is not. */
const PATIENCE_MS = 3_000
const PAUSE_MS = 50

/** @throws StartError */
export async function createSuda(options: SudaOptions): Promise<Suda> {
  const storage = await openPatiently(options)
  try {
    // Of a server that was killed.
    removeServerFile(options.data)
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

async function openPatiently(options: SudaOptions): Promise<SqliteStorage> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await open(options, options.logger)
    } catch (error) {
      const isWorthWaiting = error instanceof StartError && error.kind === 'taken' && !isServerAlive(options.data)
      if (!isWorthWaiting || Date.now() > deadline) throw error
    }
    await wait(PAUSE_MS)
  }
}

async function open({ data, databaseUrl }: Settings, logger?: Logger): Promise<SqliteStorage> {
  if (databaseUrl !== undefined)
    throw new StartError('settings', 'this version of Suda stores in SQLite only: leave --database-url out')
  try {
    return await openSqlite({ dataDir: data, onNotice: (line) => logger?.warn(line) })
  } catch (error) {
    throw error instanceof SqliteOpenError
      ? new StartError(START_KINDS[error.kind], error.message, { cause: error })
      : error
  }
}

const START_KINDS: Record<OpenErrorKind, StartErrorKind> = {
  locked: 'taken',
  unusable: 'unusable',
  newer: 'unusable',
  unreachable: 'unreachable',
}
