/** Who may open a data folder, and what an unusable one answers. */

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openSqlite, SqliteOpenError } from './index.ts'
import { migrations } from './migrations/index.ts'
import { aFolder, aStorage } from './testing/a-storage.ts'

const run = promisify(execFile)

test('the folder is made for its owner alone, and holds the files that are documented', async () => {
  const dataDir = join(aFolder(), 'new', 'data')

  const storage = await aStorage({ dataDir })

  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  for (const name of ['suda.db', 'suda.db-wal', 'owner.lock'])
    expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600)
  await storage.close()
  expect(existsSync(join(dataDir, 'position'))).toBe(true)
  expect(existsSync(join(dataDir, 'suda.db-wal'))).toBe(false)
})

test('a second owner in this process is refused, and welcome after the first has closed', async () => {
  const dataDir = aFolder()
  const first = await aStorage({ dataDir })

  const refusal = await refusalOf(dataDir)

  expect(refusal).toMatchObject({ kind: 'locked' })
  expect(refusal?.message).toMatch(/^another server uses this data folder .*$/)
  await first.close()
  await aStorage({ dataDir })
})

test('a second owner in another process is refused, and a killed one leaves no lock behind', async () => {
  const dataDir = aFolder()
  const other = run(process.execPath, ['--conditions=suda-source', '-e', HOLDER, dataDir])
  await new Promise((resolve) => other.child.stdout?.once('data', resolve))

  expect(await refusalOf(dataDir)).toMatchObject({ kind: 'locked' })

  other.child.kill('SIGKILL')
  await other.catch(() => {})
  await aStorage({ dataDir })
})

test('a file in the place of the folder, or of a part of its path, is unusable', async () => {
  const file = join(aFolder(), 'file')
  writeFileSync(file, '')

  expect(await refusalOf(file)).toMatchObject({
    kind: 'unusable',
    message: expect.stringContaining('it is not a folder'),
  })
  expect(await refusalOf(join(file, 'data'))).toMatchObject({ kind: 'unusable' })
})

test('a folder that may not be made is unusable', async () => {
  expect(await refusalOf('/proc/suda/data')).toMatchObject({ kind: 'unusable' })
})

test('what is no database, or a folder in its place, is unusable and stays as it is', async () => {
  const [text, folder] = [aFolder(), aFolder()]
  writeFileSync(join(text, 'suda.db'), 'not a database, but long enough to be looked at as one'.repeat(100))
  mkdirSync(join(folder, 'suda.db'))

  expect(await refusalOf(text)).toMatchObject({ kind: 'unusable', message: expect.stringContaining('not a database') })
  expect(await refusalOf(folder)).toMatchObject({ kind: 'unusable' })
  expect(statSync(join(text, 'suda.db')).size).toBe(5400)
})

test('a database of a later version is refused as newer, and not touched', async () => {
  const dataDir = aFolder()
  await (await aStorage({ dataDir })).close()
  setVersion(dataDir, 999)

  const refusal = await refusalOf(dataDir)

  expect(refusal).toMatchObject({ kind: 'newer', message: expect.stringContaining('schema 999') })
  setVersion(dataDir, migrations.length)
  await aStorage({ dataDir })
})

test('every refusal is one line', async () => {
  expect(new SqliteOpenError('unusable', 'two\nlines').message).toBe('two lines')
})

const HOLDER = `
  const { openSqlite } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
  await openSqlite({ dataDir: process.argv[1], synchronous: 'OFF' })
  console.log('open')`

async function refusalOf(dataDir: string): Promise<SqliteOpenError | undefined> {
  try {
    await (await openSqlite({ dataDir, synchronous: 'OFF' })).close()
    return undefined
  } catch (error) {
    if (error instanceof SqliteOpenError) return error
    throw error
  }
}

function setVersion(dataDir: string, version: number): void {
  const db = new DatabaseSync(join(dataDir, 'suda.db'))
  db.exec(`PRAGMA user_version = ${version}`)
  db.close()
}
