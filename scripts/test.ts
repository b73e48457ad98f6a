/** `npm test`: every test, then a line for each one skipped and why, and the counts as the last line. */

import { startVitest } from 'vitest/node'
import { countsLine, tally, verdict } from './test/tally.ts'

const args = process.argv.slice(2)
const flag = args.findIndex((arg) => arg === '-t')
const pattern = flag === -1 ? undefined : args.splice(flag, 2)[1]

const vitest = await startVitest('test', args, {
  watch: false,
  ...(pattern !== undefined && { testNamePattern: pattern }),
})
const counts = tally(vitest.state.getTestModules(), { isFiltered: pattern !== undefined })
counts.failed += vitest.state.getUnhandledErrors().length
await vitest.close()

for (const { title, reason } of counts.skipped) console.log(`skipped: ${title}: ${reason}`)
const complaints = verdict(counts, { isCi: process.env.CI === 'true' })
for (const complaint of complaints) console.log(`FAILED: ${complaint}`)
process.exitCode = complaints.length > 0 ? 1 : 0
console.log(countsLine(counts))
