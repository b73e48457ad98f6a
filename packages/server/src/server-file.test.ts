import { spawnSync } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isServerAlive, readServerFile, removeServerFile, writeServerFile } from './server-file.ts'
import { aFolder } from './testing/run-suda.ts'

test('what a server writes about itself is read by others, until it removes it', () => {
  const folder = aFolder()
  const content = { url: 'http://127.0.0.1:4000', pid: process.pid }

  writeServerFile(folder, content)

  expect(readServerFile(folder)).toEqual(content)
  expect(statSync(join(folder, 'server.json')).mode & 0o777).toBe(0o600)
  expect(isServerAlive(folder)).toBe(true)
  removeServerFile(folder)
  expect(readServerFile(folder)).toBeUndefined()
  expect(readdirSync(folder)).toEqual([])
})

test('a server that was killed is not alive', () => {
  const folder = aFolder()
  const { pid } = spawnSync(process.execPath, ['--version'])

  writeServerFile(folder, { url: 'http://127.0.0.1:4000', pid })

  expect(isServerAlive(folder)).toBe(false)
})

test.each(['', '{', '{"url":"https://example.org","pid":1}', '{"url":"http://127.0.0.1:1"}'])(
  '%j is no server',
  (text) => {
    const folder = aFolder()
    writeFileSync(join(folder, 'server.json'), text)

    expect(readServerFile(folder)).toBeUndefined()
    expect(isServerAlive(folder)).toBe(false)
  },
)
