/**
 * `npm test`: every test, on each storage, then a line for each one skipped and why, and the counts as the last line.
 * `--project sqlite` or `--project mongodb` runs one storage's, `-t TEXT` those with such a title.
 */

import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'
import { countsLine, tally, verdict } from './test/tally.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { title: { type: 'string', short: 't' }, project: { type: 'string', multiple: true } },
})
const { title, project } = values

const vitest = await startVitest('test', positionals, {
  watch: false,
  ...(title !== undefined && { testNamePattern: title }),
  ...(project !== undefined && { project }),
})
const counts = tally(vitest.state.getTestModules(), { isFiltered: title !== undefined })
counts.failed += vitest.state.getUnhandledErrors().length
await vitest.close()

for (const { title: skipped, reason } of counts.skipped) console.log(`skipped: ${skipped}: ${reason}`)
const complaints = verdict(counts, { isCi: process.env.CI === 'true' })
for (const complaint of complaints) console.log(`FAILED: ${complaint}`)
process.exitCode = complaints.length > 0 ? 1 : 0
console.log(countsLine(counts))
