/**
 * `npm test`: every test, on each storage, then a line for each one that was skipped, failed, or passed only when it ran
 * again (in CI a test that fails is run once more), and the counts as the last line.
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

const isCi = process.env.CI === 'true'

const vitest = await startVitest('test', positionals, {
  watch: false,
  // What fails on a busy machine alone must not keep a change out; it is told, and somebody's to mend.
  retry: isCi ? 1 : 0,
  ...(title !== undefined && { testNamePattern: title }),
  ...(project !== undefined && { project }),
})
const counts = tally(vitest.state.getTestModules(), { isFiltered: title !== undefined })
counts.failed += vitest.state.getUnhandledErrors().length
await vitest.close()

for (const { title: skipped, reason } of counts.skipped) console.log(`skipped: ${skipped}: ${reason}`)
for (const { title: failed, error } of counts.failures) console.log(`failed: ${failed}: ${error}`)
for (const { title: flaky, error } of counts.flaky) console.log(`flaky, passed when it ran again: ${flaky}: ${error}`)
const complaints = verdict(counts, { isCi })
for (const complaint of complaints) console.log(`FAILED: ${complaint}`)
process.exitCode = complaints.length > 0 ? 1 : 0
console.log(countsLine(counts))
