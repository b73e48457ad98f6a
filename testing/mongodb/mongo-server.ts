/** A MongoDB of one's own as a process, which can be killed, stopped for a while and started again on its port. */

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findMongo, type MongoProgram } from './find-mongo.ts'
import { freePort } from '../free-port.ts'
import { startGuard, type Guard } from './guard.ts'
import { untilPrimary } from './until-primary.ts'
import { untilStopped } from './until-stopped.ts'

export interface MongoOptions {
  /** Whether its data outlives `kill` and `stop`, at the price of an fsync a commit. It goes with `close`. */
  readonly isDurable?: boolean
}

/** @throws NoMongoError where there is none to start */
export async function startMongo(options: MongoOptions = {}): Promise<MongoServer> {
  const program = await findMongo()
  const server = new MongoServer(program, await mkdtemp(join(tmpdir(), 'suda-mongodb-')), await freePort(), options)
  try {
    await server.start()
    return server
  } catch (error) {
    await server.close()
    throw error
  }
}

const keptLogLength = 20_000

class MongoServer {
  readonly #program: MongoProgram
  readonly #folder: string
  readonly #port: number
  readonly #guard: Guard
  readonly #isDurable: boolean
  #child: ChildProcess | undefined
  #ended: Promise<void> = Promise.resolve()
  #log = ''

  constructor(program: MongoProgram, folder: string, port: number, { isDurable = false }: MongoOptions) {
    this.#program = program
    this.#folder = folder
    this.#port = port
    this.#isDurable = isDurable
    this.#guard = startGuard(folder)
  }

  /** Of what kind it is, with its version. */
  get name(): string {
    return this.#program.name
  }

  get url(): string {
    return `mongodb://127.0.0.1:${this.#port}/?replicaSet=${this.#program.replicaSet}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  /** Starts it, again on the same port. Resolves when it is a primary. */
  async start(): Promise<void> {
    const [port, isDurable] = [this.#port, this.#isDurable]
    const args = this.#program.args({ port, isDurable, dataFolder: await this.#dataFolder() })
    const child = spawn(this.#program.command, args, {
      // In a session of its own: Ctrl-C is for the tests, and they or the guard end it.
      detached: true,
      cwd: this.#folder,
      env: { PATH: process.env.PATH, HOME: this.#folder, TMPDIR: this.#folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = this.#follow(child)
    const failure = ended.then(() => Promise.reject(new Error(`${this.name} ended before it was ready: ${this.#log}`)))
    await Promise.race([untilPrimary(this.url, this.#program.isInitiatedByHand), failure])
  }

  /** Ends it as a power cut would end the process. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#ended
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM')
    this.resume()
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

  /** Ends it for good, with its data. */
  async close(): Promise<void> {
    await this.kill()
    await this.#guard.end()
  }

  /** A new one for each start, unless it is durable. */
  async #dataFolder(): Promise<string> {
    if (!this.#isDurable) return mkdtemp(join(this.#folder, 'data-'))
    const folder = join(this.#folder, 'data')
    await mkdir(folder, { recursive: true })
    return folder
  }

  #follow(child: ChildProcess): Promise<void> {
    this.#child = child
    this.#guard.watch(child.pid)
    const keep = (text: unknown) => (this.#log = (this.#log + String(text)).slice(-keptLogLength))
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('error', keep)
    this.#ended = new Promise((resolve) =>
      child.once('close', () => {
        this.#child = undefined
        this.#guard.watch(undefined)
        resolve()
      }),
    )
    return this.#ended
  }
}

export type { MongoServer }
