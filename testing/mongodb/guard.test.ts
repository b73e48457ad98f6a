import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const keeper = fileURLToPath(new URL('./keep-mongo.ts', import.meta.url))

test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('%s takes the server and its files along', async (signal) => {
  const { folder, child, url } = await keepMongo()
  expect(await isListening(url)).toBe(true)
  expect(readdirSync(folder)).toHaveLength(1)

  child.kill(signal)

  await expect.poll(() => isListening(url), { timeout: 10_000 }).toBe(false)
  await expect.poll(() => readdirSync(folder), { timeout: 10_000 }).toEqual([])
})

test('a server that was paused goes as well', async () => {
  const { child, pid, url } = await keepMongo()

  process.kill(pid, 'SIGSTOP')
  expect(await isListening(url)).toBe(true)
  child.kill('SIGKILL')

  await expect.poll(() => isListening(url), { timeout: 10_000 }).toBe(false)
})

/** A process that has started a MongoDB, with all its files below `folder`. */
async function keepMongo() {
  const folder = mkdtempSync(join(tmpdir(), 'suda-guard-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const env = { ...process.env, TMPDIR: folder, MONGODB_URL: '' }
  const child = spawn(process.execPath, [keeper], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const { pid, url }: { pid: number; url: string } = JSON.parse(line)
  return { folder, child, pid, url }
}

/** By its port: a process that ended stays in the list until its parent, here nobody, asks for it. */
function isListening(url: string): Promise<boolean> {
  const { hostname: host, port } = new URL(url)
  const socket = connect({ host, port: Number(port) })
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
