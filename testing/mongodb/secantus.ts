/** SecantusDB, a server from PyPI that speaks MongoDB's protocol, for machines that have no mongod. */

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from './run-program.ts'

export const SECANTUS_VERSION = '0.7.0b3'

const cached = fileURLToPath(new URL(`../../node_modules/.cache/secantusdb-${SECANTUS_VERSION}`, import.meta.url))

/**
 * Installs it on first use, which takes 10 s and 150 MB; several processes may do so at once.
 * @returns the Python that can import it
 * @throws Error with the last line of what failed
 */
export async function installSecantus(folder = cached, basePython = 'python3'): Promise<string> {
  const python = join(folder, 'bin/python3')
  if (existsSync(python)) return python
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}-`)
  try {
    await runProgram(basePython, ['-m', 'venv', draft])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
    await runProgram(join(draft, 'bin/python3'), [...pip, `secantusdb==${SECANTUS_VERSION}`])
    // Whole or not at all. Where another process was faster, its folder is as good.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(python)) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return python
}

/** @param storage a folder, or `:memory:` */
export function secantusArguments(port: number, storage: string): string[] {
  const options = [
    ['--host', '127.0.0.1', '--port', String(port), '--log-level', 'WARNING', '--enable-test-commands'],
    ['--noop-heartbeat-seconds', '1', '--oplog-retention-seconds', '600'],
    // Without a sync it keeps what it acknowledged in its own memory for a moment: of 5,339 transactions 67 were gone after
    // eight kills, and none with it.
    ['--storage-path', storage, ...(storage === ':memory:' ? [] : ['--sync-on-commit'])],
  ]
  // By its function: the script that pip wrote names the folder that it was installed into.
  return ['-c', 'import sys; from secantus.cli import main; sys.exit(main())', ...options.flat()]
}
