/**
 * `npm run bench sign-in`: how many sign-ins a second go through, and what they do to messages that are delivered
 * meanwhile. Rounds with and without sign-ins take turns, so that a machine that changes its speed changes it for both.
 */

import { parseArgs } from 'node:util'
import { startSite } from '../../faults/kit/site.ts'
import { median, saveResult } from '../kit/circumstances.ts'
import { inOwnProcess } from '../kit/own-process.ts'
import type { OpenLoopFigures, OpenLoopOptions } from '../post-to-delivery/open-loop.ts'
import { signInAllTheTime } from './sign-in-all-the-time.ts'

interface Round extends OpenLoopFigures {
  readonly round: number
  readonly clients: number
  readonly signInsPerSecond: number
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    streams: { type: 'string', default: '100' },
    'posts-per-second': { type: 'string', default: '20' },
    clients: { type: 'string', default: '8' },
  },
})
const clients = Number(values.clients)
const streams = Array.from({ length: Number(values.streams) }, () => '/api/feed')

const site = await startSite({ users: ['anna', 'bert'], rooms: ['bench'], isCompiled: true })
const rounds: Round[] = []
for (let round = 1; round <= Number(values.rounds); round += 1) {
  await measure(round, 0)
  await measure(round, clients)
}
await site.close()

const [quiet, busy] = [0, clients].map((count) => rounds.filter((one) => one.clients === count))
saveResult('sign-in', { question: 'Sign-ins and their effect on streams', streams: streams.length, rounds })
console.table([summary('quiet', quiet ?? []), summary(`${clients} clients sign in`, busy ?? [])])
const isSound = rounds.every(({ lost, twice, refused }) => lost + twice + refused === 0)
console.log(isSound ? 'Nothing lost, nothing twice, nothing refused.' : 'NOT SOUND: see bench/results/')
process.exitCode = isSound ? 0 : 1

async function measure(round: number, count: number): Promise<void> {
  const path = `/api/rooms/${site.rooms.bench}/messages`
  const options: OpenLoopOptions = {
    target: { port: site.server.port, path, token: site.tokens.anna, text: 'hello '.repeat(16) },
    streams,
    connections: 64,
    perSecond: Number(values['posts-per-second']),
    durationMs: Number(values.seconds) * 1000,
    run: (0xb0000000 + rounds.length).toString(16),
  }
  const who = { url: site.server.url, username: 'bert', password: 'correct horse bert' }
  const signIns = signInAllTheTime(who, count)
  const figures = await inOwnProcess<OpenLoopFigures>(
    new URL('../post-to-delivery/open-loop.ts', import.meta.url),
    options,
  )
  const signInsPerSecond = await signIns.stop()
  rounds.push({ round, clients: count, signInsPerSecond, ...figures })
  const [p50, p99] = [figures.toDelivery.p50.toFixed(1), figures.toDelivery.p99.toFixed(1)]
  console.log(
    `round ${round}, ${count} clients: ${signInsPerSecond.toFixed(1)} sign-ins/s, delivery p50 ${p50}, p99 ${p99} ms`,
  )
}

function summary(load: string, own: readonly Round[]) {
  const of = (figure: (result: Round) => number) => Number(median(own.map(figure)).toFixed(1))
  return {
    load,
    'sign-ins/s': of((result) => result.signInsPerSecond),
    'posts/s': of((result) => result.perSecond),
    'delivery p50, ms': of((result) => result.toDelivery.p50),
    'delivery p99, ms': of((result) => result.toDelivery.p99),
    'delivery max, ms': of((result) => result.toDelivery.max),
    'answer p99, ms': of((result) => result.toAnswer.p99),
  }
}
