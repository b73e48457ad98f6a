/**
 * The door of every npm script: `node scripts/run.mjs FILE.ts [ARGUMENTS]` installs what is missing and hands over to
 * Node 24; of a package it runs what was compiled. It must itself run on a fresh clone, so it is plain JavaScript for
 * Node 20 without dependencies.
 */

import { built } from './bootstrap/build.mjs'
import { installWhatIsMissing } from './bootstrap/install.mjs'
import { runUnderNode24 } from './bootstrap/node24.mjs'

try {
  installWhatIsMissing()
  const [file = '', ...args] = process.argv.slice(2)
  runUnderNode24(file.startsWith('packages/') ? [built(file), ...args] : ['--conditions=suda-source', file, ...args])
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
