/** Runs a file under the Node 24 of node_modules, in the place of this process where that is possible. */

import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Below node_modules. */
export const nodeBinary = `node/bin/node${process.platform === 'win32' ? '.exe' : ''}`

const root = fileURLToPath(new URL('../../', import.meta.url))
export const node24 = join(root, 'node_modules', nodeBinary)
const compileCache = join(root, 'node_modules/.cache/compile')

/** @param {string[]} command flags of Node, the file (below the root) and its arguments */
export function runUnderNode24(command) {
  const at = command.findIndex((part) => !part.startsWith('--'))
  const argv = command.map((part, index) => (index === at ? join(root, part) : part))
  const env = {
    NODE_COMPILE_CACHE: compileCache,
    ...process.env,
    // What the command starts by name, `tsc` or `node`, is the repository's as well.
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
  }
  // npm puts node_modules/.bin first in PATH, so that from the second start on this is Node 24 already and can turn
  // into the command: no process stands between it and the signals of its starter.
  if (process.execve === undefined) return waitForNode24(argv, env)
  process.removeAllListeners('warning') // execve is marked experimental
  process.execve(node24, [node24, ...argv], env)
}

/** @param {string[]} argv @param {NodeJS.ProcessEnv} env */
function waitForNode24(argv, env) {
  const child = spawn(node24, argv, { env, stdio: 'inherit' })
  // A terminal sends Ctrl-C to the child as well; passing it on would make it two.
  const isFromTerminal = process.stdin.isTTY === true
  process.on('SIGINT', () => isFromTerminal || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))

  child.on('error', (error) => {
    process.stderr.write(`Node 24 could not be started: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) return process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal) // end as the child ended
  })
}
