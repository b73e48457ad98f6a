/**
 * The door of every npm script: `node scripts/run.mjs FILE.ts [ARGUMENTS]` installs what is missing and hands
 * over to Node 24. It must itself run on a fresh clone, so it is plain JavaScript for Node 20 without dependencies.
 */

import { installWhatIsMissing } from './bootstrap/install.mjs'
import { runUnderNode24 } from './bootstrap/node24.mjs'

try {
  installWhatIsMissing()
  runUnderNode24(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
