/** Compiles the packages that a command runs from, as far as they are stale. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { node24 } from './node24.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Compiled, the server needs neither the type stripper in each of its threads nor a warm cache to be small.
 * @param {string} file a source below packages/NAME/
 * @returns {string} what was compiled from it
 * @throws Error when the sources have errors; the compiler's words stand above it
 */
export function built(file) {
  const [packages = '', name = '', ...path] = file.split('/')
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  // To stderr, for stdout belongs to the command that was asked for.
  const { status, error } = spawnSync(node24, [tsc, '-b', join(packages, name)], { cwd: root, stdio: ['ignore', 2, 2] })
  if (error !== undefined) throw new Error(`The compiler could not be started: ${error.message}`)
  if (status !== 0) throw new Error('The sources could not be compiled; the reason stands above.')
  return [packages, name, 'dist', ...path].join('/').replace(/\.ts$/, '.js')
}
