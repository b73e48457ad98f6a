/** `npm run bench post-to-delivery`: from POST to the message in open streams, at 10, 50 and 90 % of what goes through. */

import { parseArgs } from 'node:util'
import { startSite, type TestSite } from '../../faults/kit/site.ts'
import { median, saveResult } from '../kit/circumstances.ts'
import { inOwnProcess } from '../kit/own-process.ts'
import { openStorages } from '../kit/storages.ts'
import type { OpenLoopFigures, OpenLoopOptions } from './open-loop.ts'

interface Round extends OpenLoopFigures {
  readonly round: number
  readonly storage: string
  readonly load: string
  readonly wantedPerSecond: number
}

interface Subject {
  readonly storage: string
  readonly site: TestSite
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '6' },
    streams: { type: 'string', default: '4' },
    storage: { type: 'string', default: 'sqlite' },
  },
})
const shares = [0.1, 0.5, 0.9]
const streams = Array.from({ length: Number(values.streams) }, () => '/api/feed')

const storages = await openStorages(values.storage)
const subjects: Subject[] = []
for (const { storage, newUrl } of storages) {
  const url = newUrl()
  const database = url === undefined ? {} : { databaseUrl: url }
  const site = await startSite({ users: ['anna'], rooms: ['bench'], isCompiled: true, ...database })
  subjects.push({ storage, site })
}
const results: Round[] = []
for (let round = 1; round <= Number(values.rounds); round += 1) await measureAll(round)
const residents = subjects.map(({ site }) => Math.round(site.server.residentBytes() / 2 ** 20))
for (const { site } of subjects) await site.close()
for (const storage of storages) await storage.close()

for (const [i, { storage, database }] of storages.entries()) {
  const rounds = results.filter((result) => result.storage === storage)
  const result = { question: 'POST to delivery', database, streams: streams.length, residentMiB: residents[i], rounds }
  saveResult(`post-to-delivery-${storage}`, result)
  console.log(database)
  console.table(['capacity', ...shares.map(named)].map((load) => summary(rounds.filter((one) => one.load === load))))
}
const isSound = results.every(({ lost, twice, refused }) => lost + twice + refused === 0)
console.log(isSound ? 'Nothing lost, nothing twice, nothing refused.' : 'NOT SOUND: see bench/results/')
process.exitCode = isSound ? 0 : 1

/** Each load on all storages before the next load, so that a machine that changes its speed changes it for all. */
async function measureAll(round: number): Promise<void> {
  const capacities: number[] = []
  for (const subject of subjects)
    capacities.push((await measure(subject, { round, load: 'capacity', wantedPerSecond: 0 })).perSecond)
  for (const share of shares)
    for (const [i, subject] of subjects.entries()) {
      const wantedPerSecond = Math.round((capacities[i] ?? 0) * share)
      await measure(subject, { round, load: named(share), wantedPerSecond })
    }
}

type Load = Pick<Round, 'round' | 'load' | 'wantedPerSecond'>

async function measure({ storage, site }: Subject, load: Load): Promise<Round> {
  const path = `/api/rooms/${site.rooms.bench}/messages`
  const options: OpenLoopOptions = {
    target: { port: site.server.port, path, token: site.tokens.anna ?? '', text: 'hello '.repeat(16) },
    streams,
    connections: 64,
    perSecond: load.wantedPerSecond,
    durationMs: Number(values.seconds) * 1000,
    run: (0xb0000000 + results.length).toString(16),
  }
  const figures = await inOwnProcess<OpenLoopFigures>(new URL('./open-loop.ts', import.meta.url), options)
  const result = { storage, ...load, ...figures }
  results.push(result)
  const [perSecond, p50] = [Math.round(figures.perSecond), figures.toDelivery.p50.toFixed(1)]
  console.log(`round ${load.round}, ${storage}, ${load.load}: ${perSecond} a second, delivery p50 ${p50} ms`)
  return result
}

function named(share: number): string {
  return `${share * 100} %`
}

function summary(own: readonly Round[]) {
  const of = (figure: (result: Round) => number) => Number(median(own.map(figure)).toFixed(1))
  return {
    load: own[0]?.load,
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
