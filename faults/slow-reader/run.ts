/** `npm run faults slow-reader -- --stopped 50`: figures for many that stop at once. */

import { parseArgs } from 'node:util'
import { startSite } from '../kit/site.ts'
import { runSlowReader } from './run-slow-reader.ts'

const { values } = parseArgs({
  options: {
    readers: { type: 'string', default: '200' },
    stopped: { type: 'string', default: '50' },
    messages: { type: 'string', default: '400' },
    rate: { type: 'string', default: '20' },
  },
})

const site = await startSite({ users: ['anna'], rooms: ['red'] })
const { before, meanwhile, ...figures } = await runSlowReader(site, {
  readers: Number(values.readers),
  stopped: Number(values.stopped),
  messages: Number(values.messages),
  perSecond: Number(values.rate),
})
await site.close()
console.table({ 'all read': before, 'some stopped': meanwhile })
console.table(figures)
process.exitCode = figures.broken === 0 ? 0 : 1
