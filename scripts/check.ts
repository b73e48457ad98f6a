/** `npm run check`: everything that must hold besides the tests, a line each. `npm run check types lint` runs some. */

import { checkArchitecture } from './check/architecture.ts'
import { checkBorders } from './check/borders.ts'
import { complaintOf } from './check/command.ts'
import { checkDependencies } from './check/dependencies.ts'
import { checkFolders } from './check/folders.ts'
import { checkGenerated } from './check/generated.ts'
import { checkLock } from './check/lock.ts'
import { checkPacks } from './check/packs.ts'
import { checkPurePackages } from './check/pure-packages.ts'
import { checkRuleIds } from './check/rule-ids.ts'
import { checkTrackedFiles } from './check/tracked-files.ts'
import type { Check } from './check/check.ts'

const command =
  (line: string): Check =>
  (root) =>
    complaintOf(line.split(' '), root)

const steps: [name: string, subject: string, check: Check][] = [
  // Forced, because tsc 7.0 takes old results for new ones when only an option has changed.
  ['types', 'the compiler, tests included', command('tsc -b --force')],
  ['lint', 'floating promises, any, casts, import cycles, process.env', command('oxlint')],
  ['format', 'prettier', command('prettier --check --log-level=warn .')],
  ['borders', 'who may import what', checkBorders],
  ['pure', 'protocol and core see neither Node nor DOM', checkPurePackages],
  ['dependencies', 'package.json lists what is imported', checkDependencies],
  ['folders', 'no utils, no barrels', checkFolders],
  ['dead-code', 'knip', command('knip --no-progress --no-config-hints')],
  ['rule-ids', 'rules of docs/ and titles of tests', checkRuleIds],
  ['architecture', 'ARCHITECTURE.md is short and true', checkArchitecture],
  ['generated', 'generated files are fresh', checkGenerated],
  ['lock', 'package-lock.json is whole', checkLock],
  ['tracked', 'no paths and addresses of one machine', checkTrackedFiles],
  ['packs', 'packages pack, install and start', checkPacks],
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some(([known]) => known === name))
if (unknown.length > 0) {
  console.error(`There is no check named ${unknown.join(', ')}; there is: ${steps.map(([name]) => name).join(', ')}`)
  process.exit(64)
}

let failures = 0
for (const [name, subject, check] of steps) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const startedAt = performance.now()
  const complaints = await complaintsOf(check)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${complaints.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(13)} ${subject} (${seconds} s)`)
  for (const complaint of complaints) console.log(complaint.replaceAll(/^/gm, '         '))
  if (complaints.length > 0) failures += 1
}
console.log(failures === 0 ? 'All checks passed.' : `${failures} of the checks failed.`)
process.exitCode = failures === 0 ? 0 : 1

/** A check that throws has failed; it must not keep the others from running. */
async function complaintsOf(check: Check): Promise<string[]> {
  try {
    return await check(process.cwd())
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}
