/** A real proxy as a process, in front of nodes on this machine. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { makeCertificate, type Certificate } from './certificate.ts'
import { HOST, PROXIES, type ProxyKind, type ProxyName, type ProxyPlace } from './proxy-kinds.ts'

export interface ProxyAddress {
  readonly port: number
  readonly httpPort: number
  readonly path: string
  /** What the nodes are to be told. */
  readonly publicUrl: string
}

const startTimeoutMs = 10_000

// Ends the proxy with whoever started it, however that one ends: its end of the pipe closes even when it is killed.
const script = 'exec 3<&0; (read -r _ <&3; kill $$) >/dev/null 2>&1 & exec "$@" </dev/null 3<&-'

/** @returns what is not installed */
export function missingFor(name: ProxyName): string | undefined {
  const { command, versionFlag } = PROXIES[name]
  const found = (program: string, flag: string) => spawnSync(program, [flag]).error === undefined
  if (!found(command, versionFlag)) return command
  return found('openssl', 'version') ? undefined : 'openssl'
}

/** The nodes have to know it before they are started, and the proxy comes after them. */
export async function proxyAddress(path = ''): Promise<ProxyAddress> {
  const port = await freePort()
  return { port, path, httpPort: await freePort(), publicUrl: `https://${HOST}:${port}${path}` }
}

export class ProxyServer {
  readonly address: ProxyAddress
  readonly certificate: Certificate
  readonly #folder: string
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #log = ''

  private constructor(kind: ProxyKind, address: ProxyAddress, nodePorts: readonly number[]) {
    this.address = address
    this.#folder = mkdtempSync(join(tmpdir(), 'suda-proxy-'))
    // nginx started by root works as another user.
    chmodSync(this.#folder, 0o755)
    this.certificate = makeCertificate(this.#folder, HOST)
    const place: ProxyPlace = { ...address, nodePorts, folder: this.#folder, certificate: this.certificate }
    const configPath = join(this.#folder, kind.configFile)
    writeFileSync(configPath, kind.config(place))
    const env = { ...process.env, HOME: this.#folder, XDG_DATA_HOME: this.#folder, XDG_CONFIG_HOME: this.#folder }
    const command = ['-c', script, kind.command, kind.command, ...kind.args(place, configPath)]
    this.#child = spawn('sh', command, { env, stdio: 'pipe' })
    for (const output of [this.#child.stdout, this.#child.stderr])
      output?.on('data', (text: Buffer) => (this.#log = (this.#log + text.toString()).slice(-20_000)))
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()))
  }

  static async start(name: ProxyName, address: ProxyAddress, nodePorts: readonly number[]): Promise<ProxyServer> {
    const proxy = new ProxyServer(PROXIES[name], address, nodePorts)
    try {
      await proxy.#untilListening()
      return proxy
    } catch (error) {
      await proxy.close()
      throw error
    }
  }

  /** What it wrote. */
  get log(): string {
    return this.#log
  }

  async close(): Promise<void> {
    this.#child.stdin?.end()
    await this.#ended
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #untilListening(): Promise<void> {
    const deadline = performance.now() + startTimeoutMs
    while (!(await isListening(this.address.port))) {
      const isOver = this.#child.exitCode !== null || performance.now() > deadline
      if (isOver) throw new Error(`the proxy does not listen: ${this.#log}`)
      await pause(20)
    }
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
