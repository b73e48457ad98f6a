/** A storage for one test, empty, of the kind that this run is about. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Storage } from '@suda/core/storage'
import { onTestFinished } from 'vitest'
import { storageMode } from './storage-mode.ts'

/** Closed and removed after the test. */
export function aStorage(): Promise<Storage> {
  if (storageMode === 'mongodb') throw new Error('there is no adapter for MongoDB yet')
  return onSqlite()
}

async function onSqlite(): Promise<Storage> {
  const { openSqlite } = await import('@suda/storage-sqlite')
  const dataDir = await mkdtemp(join(tmpdir(), 'suda-test-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  return closedAfterTest(await openSqlite({ dataDir, synchronous: 'OFF' }))
}

function closedAfterTest(storage: Storage): Storage {
  onTestFinished(() => storage.close())
  return storage
}
