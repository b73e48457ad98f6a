/** A Suda server as a process of its own, which can be killed and started again on the same port and data. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aDatabase } from '../../testing/mongodb/mongo-url.ts'
import { untilStopped } from '../../testing/mongodb/until-stopped.ts'
import { storageMode } from '../../testing/storage-mode.ts'
import { cpuMsOf } from './cpu-ms.ts'
import { spawnSuda } from './suda-command.ts'
import type { ChildProcess } from 'node:child_process'

export interface ServerOptions {
  /** A new temporary folder, removed by `close`, if none is given. */
  readonly dataFolder?: string
  /** Of a MongoDB. Without one the tests' own, if that is what they run on, and else SQLite. */
  readonly databaseUrl?: string
  readonly flags?: readonly string[]
  readonly port?: number
  /** As `npm start` runs it: for measuring. */
  readonly isCompiled?: boolean
}

const keptLogLength = 20_000

export class ServerProcess {
  readonly dataFolder: string
  readonly databaseUrl: string | undefined
  readonly #options: ServerOptions
  readonly #dropDatabase: (() => Promise<void>) | undefined
  #child: ChildProcess | undefined
  #ended: Promise<void> = Promise.resolve()
  #log = ''
  #port: number
  #url = ''
  #output = ''
  /** From the start of the process to the ready line. */
  readyMs = 0

  private constructor(options: ServerOptions) {
    this.#options = options
    this.#port = options.port ?? 0
    this.dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'suda-'))
    const own = options.databaseUrl === undefined && storageMode === 'mongodb' ? aDatabase() : undefined
    this.databaseUrl = options.databaseUrl ?? own?.url
    this.#dropDatabase = own?.drop
    process.once('exit', this.#killNow)
  }

  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const server = new ServerProcess(options)
    await server.start()
    return server
  }

  get port(): number {
    return this.#port
  }

  /** As in the ready line: with its prefix, without a slash at the end. */
  get url(): string {
    return this.#url
  }

  /** Where the first owner is made, as it printed at its last start; undefined as long as it did not. */
  get setUpUrl(): string | undefined {
    return /^Set up: (\S+)$/m.exec(this.#output)?.[1]
  }

  /** Flags with which every command is about its site. */
  get siteFlags(): readonly string[] {
    return ['--data', this.dataFolder, ...(this.databaseUrl === undefined ? [] : ['--database-url', this.databaseUrl])]
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** The end of what it wrote to standard error, of all its lives. */
  get log(): string {
    return this.#log
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  /** Starts it, again on the same port. Resolves with the ready line. */
  async start(): Promise<void> {
    const { flags = [], isCompiled } = this.#options
    const args = ['start', '--port', String(this.#port), ...this.siteFlags, '--rate-limits', 'off', ...flags]
    const startedAt = performance.now()
    const child = spawnSuda(args, isCompiled)
    this.#child = child
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    this.#ended = ended
    child.once('close', () => {
      if (this.#child === child) this.#child = undefined
      resolve()
    })
    this.#output = ''
    child.stdout?.on('data', (text: Buffer) => (this.#output += text.toString()))
    child.stderr?.on('data', (text: Buffer) => (this.#log = (this.#log + text.toString()).slice(-keptLogLength)))
    this.#url = await readyUrl(child, () => this.#log)
    this.#port = Number(new URL(this.#url).port)
    this.readyMs = performance.now() - startedAt
  }

  /** Ends it as a power cut would end the process: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#ended
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM')
    await this.#ended
  }

  /** From then on it answers nobody, and its connections stay open. */
  async pause(): Promise<void> {
    this.#child?.kill('SIGSTOP')
    await untilStopped(this.pid)
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Resident memory in bytes. */
  residentBytes(): number {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))
    return Number(line?.[1]) * 1024
  }

  /** Processor time so far. */
  cpuMs(): number {
    return cpuMsOf(this.pid)
  }

  async close(): Promise<void> {
    await this.kill()
    process.off('exit', this.#killNow)
    if (this.#options.dataFolder === undefined) rmSync(this.dataFolder, { recursive: true, force: true })
    await this.#dropDatabase?.()
  }

  readonly #killNow = (): void => void this.#child?.kill('SIGKILL')
}

function readyUrl(child: ChildProcess, log: () => string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let output = ''
  child.stdout?.on('data', (text: Buffer) => {
    output += text.toString()
    const url = /^Suda is ready at (\S+?)\/?$/m.exec(output)?.[1]
    if (url !== undefined) resolve(url)
  })
  child.once('error', reject)
  child.once('close', (code, signal) =>
    reject(new Error(`the server ended (${code ?? signal}) before it was ready: ${log()}`)),
  )
  return promise
}
