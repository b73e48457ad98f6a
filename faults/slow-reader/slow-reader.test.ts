import { expect, onTestFinished, test } from 'vitest'
import { startSite } from '../kit/site.ts'
import { runSlowReader } from './run-slow-reader.ts'

const megabyte = 1024 * 1024

test(
  'DL12: one reader of two hundred stops reading, and neither the server nor the others notice',
  { timeout: 90_000 },
  async () => {
    const site = await startSite({ users: ['anna'], rooms: ['red'] })
    onTestFinished(() => site.close())

    const report = await runSlowReader(site, { readers: 200, stopped: 1, messages: 600, perSecond: 50 })

    console.log('slow reader', report)
    expect(report.broken).toBe(0)
    expect(report.caughtUp + report.reset).toBe(1)
    expect(report.grownBytes).toBeLessThan(48 * megabyte)
    // Twice, and some for a busy machine: what is excluded is that everybody waits for the slowest.
    expect(report.meanwhile.p99).toBeLessThan(2 * report.before.p99 + 50)
  },
)
