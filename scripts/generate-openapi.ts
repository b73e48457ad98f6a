/** Writes docs/openapi.json from the table of routes; with `--check` it only tells whether the file is fresh. */

import { readFileSync, writeFileSync } from 'node:fs'
import { routes } from '../packages/server/src/app.ts'
import { describeApi } from '../packages/server/src/openapi.ts'
import { VERSION } from '../packages/server/src/version.ts'

const file = 'docs/openapi.json'
const text = `${JSON.stringify(describeApi(routes, { version: VERSION, prefix: '' }), null, 2)}\n`

if (process.argv.includes('--check')) process.exitCode = readFileSync(file, 'utf8') === text ? 0 : 1
else writeFileSync(file, text)
