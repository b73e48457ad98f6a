/** A storage for one test, empty, of the kind that this run is about. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Storage } from '@suda/core/storage'
import { onTestFinished } from 'vitest'
import { mongoUrl } from './mongodb/mongo-url.ts'
import { storageMode } from './storage-mode.ts'

/** Closed and removed after the test. */
export function aStorage(): Promise<Storage> {
  return storageMode === 'mongodb' ? onMongo() : onSqlite()
}

async function onMongo(): Promise<Storage> {
  // Of the adapters only the one that is used is loaded.
  const { mongoStorage } = await import('./mongodb/mongo-storage.ts')
  return mongoStorage(mongoUrl())
}

async function onSqlite(): Promise<Storage> {
  const { openSqlite } = await import('@suda/storage-sqlite')
  const dataDir = await mkdtemp(join(tmpdir(), 'suda-test-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const storage = await openSqlite({ dataDir, synchronous: 'OFF' })
  onTestFinished(() => storage.close())
  return storage
}
