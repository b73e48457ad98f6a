/** A storage on a folder of its own, with the real threads, that goes away with the test. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openSqlite, type SqliteOptions, type SqliteStorage } from '../index.ts'
import { freely, joining, newRoom, newUser } from './drafts.ts'

export function aFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'suda-sqlite-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export async function aStorage(options: Partial<SqliteOptions> = {}): Promise<SqliteStorage> {
  const storage = await openSqlite({ dataDir: options.dataDir ?? aFolder(), synchronous: 'OFF', ...options })
  onTestFinished(() => storage.close())
  return storage
}

/** With alice and bob in the room `general`: positions 1 to 5. Not made again where the folder has them. */
export async function aRoom({
  isNew = true,
  ...options
}: Partial<SqliteOptions> & { isNew?: boolean } = {}): Promise<SqliteStorage> {
  const storage = await aStorage(options)
  if (!isNew) return storage
  const people = [newUser('alice'), newUser('bob')]
  await storage.commit(
    [...people, newRoom('general'), joining('general', 'alice'), joining('general', 'bob')],
    freely(),
  )
  return storage
}
