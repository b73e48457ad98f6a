/** The real command in a process of its own, in a folder of its own. */

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { storageMode } from '../../../../testing/storage-mode.ts'

const script = fileURLToPath(new URL('../cli/suda.ts', import.meta.url))
/** Where npm's scripts have it as well: a process that starts from it is up in half the time. */
const compileCache = fileURLToPath(new URL('../../../../node_modules/.cache/compile', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Working directory: its `data` is the data folder. */
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

export interface Running {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** What came so far. */
  output(): { readonly stdout: string; readonly stderr: string }
  readonly ended: Promise<Ended>
}

export interface Launched extends Running {
  /** The next piece of output. */
  more(): Promise<undefined>
}

export interface RunningServer extends Running {
  readonly url: string
}

const databases = new Map<string, string>()

/** Gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'suda-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a command to its end. */
export function suda(args: readonly string[], options: RunOptions): Promise<Ended> {
  return launch(args, options).ended
}

/** Starts a server on a free port and waits for its ready line; killed after the test if it still runs. */
export async function startSuda(options: RunOptions, args: readonly string[] = []): Promise<RunningServer> {
  const running = launch(['start', '--port', '0', ...args], options)
  for (;;) {
    const url = /^Suda is ready at (\S+)\n/m.exec(running.output().stdout)?.[1]
    if (url !== undefined) return { ...running, url }
    const ended = await Promise.race([running.ended, running.more()])
    if (ended !== undefined) throw new Error(`suda ended before it was ready: ${JSON.stringify(ended)}`)
  }
}

/** Starts a command without waiting for anything. */
export function launch(args: readonly string[], options: RunOptions): Launched {
  const child = spawnSuda(args, options)
  let stdout = ''
  let stderr = ''
  let wake = () => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.on('error', () => {})
  child.stdin.end(options.stdin ?? '')
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    output: () => ({ stdout, stderr }),
    ended,
    more: () => new Promise((resolve) => (wake = () => resolve(undefined))),
  }
}

function spawnSuda(
  args: readonly string[],
  { cwd, env }: RunOptions,
): ChildProcessByStdio<Writable, Readable, Readable> {
  const { PATH, HOME } = process.env
  return spawn(process.execPath, ['--conditions=suda-source', '--no-wasm-code-gc', script, ...args], {
    cwd,
    env: { PATH, HOME, NODE_COMPILE_CACHE: compileCache, ...databaseOf(cwd), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/** Commands in one folder are about one site, on MongoDB as well. */
function databaseOf(cwd: string): { readonly SUDA_DATABASE_URL?: string } {
  if (storageMode === 'sqlite') return {}
  const url = databases.get(cwd) ?? mongoUrl()
  databases.set(cwd, url)
  return { SUDA_DATABASE_URL: url }
}
