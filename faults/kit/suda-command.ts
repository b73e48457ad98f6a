/** The `suda` command as a process: all that this folder knows of the server's code is where it starts. */

import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

const source = 'packages/server/src/cli/suda.ts'
const command = ['--conditions=suda-source', '--no-wasm-code-gc', join(root, source)]
/** What `npm start` runs: it builds what is stale and becomes the compiled server. */
const npmCommand = [join(root, 'scripts/run.mjs'), source]

/** Nothing of this process's own settings reaches the server. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SUDA_|PORT$|VITEST|NODE_)/.test(name))),
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'),
}

/** @param isCompiled whether it runs as `npm start` does, not from the sources */
export function spawnSuda(args: readonly string[], isCompiled = false): ChildProcess {
  return spawn(process.execPath, [...(isCompiled ? npmCommand : command), ...args], {
    env,
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/**
 * Runs a command to its end.
 * @returns what it printed, without the last line feed
 * @throws Error with its standard error if it fails
 */
export function suda(args: readonly string[], input = ''): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const child = spawnSuda(args)
  let output = ''
  let errors = ''
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (errors += text.toString()))
  child.on('error', reject)
  child.on('close', (code) => {
    if (code === 0) resolve(output.trimEnd())
    else reject(new Error(`suda ${args.join(' ')} ended with ${code}: ${errors.trim()}`))
  })
  child.stdin?.end(input)
  return promise
}
