import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findMongo } from './find-mongo.ts'
import { SECANTUS_VERSION } from './secantus.ts'

test('a mongod on the PATH comes first, and is a replica set', async () => {
  vi.stubEnv('PATH', `${aFolderWithMongod()}:${process.env.PATH ?? ''}`)
  onTestFinished(() => void vi.unstubAllEnvs())

  const { name, args, replicaSet } = await findMongo()

  expect(name).toBe('mongod 8.0.4')
  expect(args({ port: 5, dataFolder: '/data', isDurable: true }).join(' ')).toContain(
    `--port 5 --dbpath /data --quiet --replSet ${replicaSet}`,
  )
})

test('where there is none SecantusDB takes its place', async () => {
  // A folder that cannot hold one; SecantusDB is installed already.
  vi.stubEnv('PATH', '/dev/null')
  onTestFinished(() => void vi.unstubAllEnvs())

  expect((await findMongo()).name).toBe(`SecantusDB ${SECANTUS_VERSION}`)
})

function aFolderWithMongod(): string {
  const folder = mkdtempSync(join(tmpdir(), 'suda-mongod-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const script = "#!/bin/sh\necho 'db version v8.0.4'\necho 'Build Info: {}'\n"
  writeFileSync(join(folder, 'mongod'), script, { mode: 0o755 })
  return folder
}
