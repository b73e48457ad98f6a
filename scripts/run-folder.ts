/** `npm run bench NAME`, `npm run faults NAME`: runs FOLDER/NAME/run.ts here, or lists the names when none is given. */

import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder = '', name, ...rest] = process.argv.slice(2)

const names = existsSync(folder)
  ? readdirSync(folder).filter((entry) => existsSync(resolve(folder, entry, 'run.ts')))
  : []

if (name === undefined) {
  console.log(`npm run ${folder} NAME, where NAME is one of: ${names.join(', ') || '(none yet)'}`)
} else if (names.includes(name)) {
  const file = resolve(folder, name, 'run.ts')
  process.argv = [process.execPath, file, ...rest] // the run sees its own arguments only
  await import(pathToFileURL(file).href)
} else {
  console.error(`There is no ${folder} named "${name}"; there is: ${names.join(', ') || '(none yet)'}`)
  process.exitCode = 64
}
