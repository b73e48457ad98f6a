#!/usr/bin/env node
/** The `suda` command. Everything else is loaded only after the compile cache is on, so that it starts fast. */

import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

// In the user's own folder: in one that others may write to they could plant code.
enableCompileCache(join(homedir(), '.cache', 'suda'))

// What is loaded now is kept, so a larger nursery would only be memory that stays; `start` lets it grow later on.
setFlagsFromString('--semi-space-growth-factor=1')

const { run } = await import('./run.ts')
// Whatever is still open then, such as a half-started server, must not keep the process.
process.exit(await run(process.argv.slice(2)))
