/** `npm run bench proxy`: what nginx and Caddy, with the files of examples/deploy, add between a POST and the message. */

import { parseArgs } from 'node:util'
import { startSite } from '../../faults/kit/site.ts'
import { HOST, PROXIES, type ProxyName } from '../../testing/proxies/proxy-kinds.ts'
import { missingFor, ProxyServer, proxyAddress } from '../../testing/proxies/proxy-server.ts'
import { median, saveResult } from '../kit/circumstances.ts'
import { inOwnProcess } from '../kit/own-process.ts'
import type { OpenLoopFigures, OpenLoopOptions } from '../post-to-delivery/open-loop.ts'

interface Round extends OpenLoopFigures {
  readonly round: number
  readonly way: string
  readonly streams: number
}

type Load = Pick<OpenLoopOptions, 'perSecond' | 'connections'> & { readonly streams: number }

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '6' } },
})
const loads: readonly Load[] = [
  { streams: 4, perSecond: 100, connections: 16 },
  { streams: 1_000, perSecond: 2, connections: 4 },
]
const ways: readonly string[] = ['direct', ...Object.keys(PROXIES)]
const results: Round[] = []

// All are started first, so that the rounds can take turns: the machine is not the same from minute to minute.
const started = await startAll()
for (let round = 1; round <= Number(values.rounds); round += 1)
  for (const load of loads) for (const { way, target } of started) await measure(round, way, target, load)
for (const { close } of started) await close()

saveResult('proxy', { question: 'what a proxy adds between POST and delivery', rounds: results })
console.table(loads.flatMap(({ streams }) => ways.map((way) => summary(way, streams))))
const isSound = results.every(({ lost, twice, refused }) => lost + twice + refused === 0)
console.log(isSound ? 'Nothing lost, nothing twice, nothing refused.' : 'NOT SOUND: see bench/results/proxy.json')
process.exitCode = isSound ? 0 : 1

interface Started {
  readonly way: string
  readonly target: OpenLoopOptions['target']
  readonly close: () => Promise<void>
}

async function startAll(): Promise<Started[]> {
  const all: Started[] = []
  for (const way of ways) {
    const missing = way === 'direct' ? undefined : missingFor(way as ProxyName)
    if (missing === undefined) all.push(await start(way))
    else console.log(`${way}: missing: ${missing}`)
  }
  return all
}

async function start(way: string): Promise<Started> {
  const address = await proxyAddress()
  const flags = ['--public-url', address.publicUrl, '--trust-proxy', '127.0.0.1']
  const site = await startSite({ users: ['anna'], rooms: ['bench'], isCompiled: true, flags })
  const proxy = way === 'direct' ? undefined : await ProxyServer.start(way as ProxyName, address, [site.server.port])
  return {
    way,
    target: {
      port: site.server.port,
      ...(proxy !== undefined && { port: address.port, tls: { host: HOST, ca: proxy.certificate.ca } }),
      path: `/api/rooms/${site.rooms.bench}/messages`,
      token: site.tokens.anna,
      text: 'hello '.repeat(16),
    },
    async close() {
      await proxy?.close()
      await site.close()
    },
  }
}

async function measure(round: number, way: string, target: Started['target'], { streams, ...load }: Load) {
  const options: OpenLoopOptions = {
    ...load,
    target,
    streams: Array.from({ length: streams }, () => '/api/feed'),
    durationMs: Number(values.seconds) * 1_000,
    run: (0xc0000000 + results.length).toString(16),
  }
  const openLoop = new URL('../post-to-delivery/open-loop.ts', import.meta.url)
  results.push({ round, way, streams, ...(await inOwnProcess<OpenLoopFigures>(openLoop, options)) })
}

function summary(way: string, streams: number) {
  const own = results.filter((result) => result.way === way && result.streams === streams)
  const of = (figure: (result: Round) => number) => Number(median(own.map(figure)).toFixed(1))
  return {
    way,
    streams,
    'delivery p50, ms': of((result) => result.toDelivery.p50),
    'delivery p99, ms': of((result) => result.toDelivery.p99),
    'delivery max, ms': of((result) => result.toDelivery.max),
    'answer p50, ms': of((result) => result.toAnswer.p50),
    'answer p99, ms': of((result) => result.toAnswer.p99),
    lost: own.reduce((total, { lost }) => total + lost, 0),
    twice: own.reduce((total, { twice }) => total + twice, 0),
  }
}
