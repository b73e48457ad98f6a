import { expect, onTestFinished, test } from 'vitest'
import { startSite } from '../kit/site.ts'
import { runSlowReader, type SlowReaderOptions, type SlowReaderReport } from './run-slow-reader.ts'

const megabyte = 1024 * 1024

test(
  'DL12: one reader of two hundred stops reading, the others do not notice, and it catches up or is reset',
  { timeout: 90_000 },
  async () => {
    const report = await runOnNewSite({ readers: 200, stopped: 1, messages: 150, perSecond: 15 })

    expect(report.caughtUp + report.reset).toBe(1)
    // Generous, for machines that do other things as well: what is excluded is that everybody waits for the slowest.
    expect(report.meanwhile.p50).toBeLessThan(5 * report.before.p50 + 250)
  },
)

test(
  'DL12: forty readers stop reading, and the server keeps what they miss only once',
  { timeout: 90_000 },
  async () => {
    const report = await runOnNewSite({ readers: 50, stopped: 40, messages: 350, perSecond: 50 })

    expect(report.caughtUp + report.reset).toBe(40)
    // Kept for each of them it would be 336 MB. The ring and what is not collected yet are in this as well.
    expect(report.grownBytes).toBeLessThan(128 * megabyte)
  },
)

async function runOnNewSite(options: SlowReaderOptions): Promise<SlowReaderReport> {
  const site = await startSite({ users: ['anna'], rooms: ['red'] })
  onTestFinished(() => site.close())
  const report = await runSlowReader(site, options)
  console.log('slow reader', options, report)
  return report
}
