/** `npm run bench post-to-delivery`: from POST to the message in open streams, at 10, 50 and 90 % of what goes through. */

import { parseArgs } from 'node:util'
import { startSite } from '../../faults/kit/site.ts'
import { median, saveResult } from '../kit/circumstances.ts'
import { inOwnProcess } from '../kit/own-process.ts'
import type { OpenLoopFigures, OpenLoopOptions } from './open-loop.ts'

interface Round extends OpenLoopFigures {
  readonly round: number
  readonly load: string
  readonly wantedPerSecond: number
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '6' },
    streams: { type: 'string', default: '4' },
  },
})
const shares = [0.1, 0.5, 0.9]

const site = await startSite({ users: ['anna'], rooms: ['bench'], isCompiled: true })
const { port } = site.server
const path = `/api/rooms/${site.rooms.bench}/messages`
const target = { port, path, token: site.tokens.anna, text: 'hello '.repeat(16) }
const streams = Array.from({ length: Number(values.streams) }, () => '/api/feed')
const results: Round[] = []
for (let round = 1; round <= Number(values.rounds); round += 1) {
  const capacity = await measure(round, 'capacity', 0)
  for (const share of shares) await measure(round, `${share * 100} %`, Math.round(capacity.perSecond * share))
}
const residentMiB = Math.round(site.server.residentBytes() / 2 ** 20)
await site.close()

saveResult('post-to-delivery', { question: 'POST to delivery', streams: streams.length, residentMiB, rounds: results })
console.table(['capacity', ...shares.map((share) => `${share * 100} %`)].map(summary))
const isSound = results.every(({ lost, twice, refused }) => lost + twice + refused === 0)
console.log(
  isSound ? 'Nothing lost, nothing twice, nothing refused.' : 'NOT SOUND: see bench/results/post-to-delivery.json',
)
process.exitCode = isSound ? 0 : 1

async function measure(round: number, load: string, perSecond: number): Promise<Round> {
  const run = (0xb0000000 + results.length).toString(16)
  const options: OpenLoopOptions = {
    target,
    streams,
    connections: 64,
    perSecond,
    durationMs: Number(values.seconds) * 1000,
    run,
  }
  const figures = await inOwnProcess<OpenLoopFigures>(new URL('./open-loop.ts', import.meta.url), options)
  const result = { round, load, wantedPerSecond: perSecond, ...figures }
  results.push(result)
  console.log(
    `round ${round}, ${load}: ${Math.round(figures.perSecond)} a second, delivery p50 ${figures.toDelivery.p50.toFixed(1)} ms`,
  )
  return result
}

function summary(load: string) {
  const own = results.filter((result) => result.load === load)
  const of = (figure: (result: Round) => number) => Number(median(own.map(figure)).toFixed(1))
  return {
    load,
    'posts/s': Math.round(of((result) => result.perSecond)),
    'delivery p50, ms': of((result) => result.toDelivery.p50),
    'delivery p99, ms': of((result) => result.toDelivery.p99),
    'delivery max, ms': of((result) => result.toDelivery.max),
    'answer p50, ms': of((result) => result.toAnswer.p50),
    'answer p99, ms': of((result) => result.toAnswer.p99),
    'generator, % of a core': Math.round(100 * of((result) => result.generatorCpu)),
    lost: own.reduce((total, { lost }) => total + lost, 0),
    twice: own.reduce((total, { twice }) => total + twice, 0),
  }
}
