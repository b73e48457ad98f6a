/**
 * `npm run bench commit`: durable posts a second over HTTP, against bare grouped inserts of the same durability. Rounds
 * are interleaved, so that a machine that changes its speed changes it for all.
 */

import { parseArgs } from 'node:util'
import { median, saveResult } from '../kit/circumstances.ts'
import { openStorages } from '../kit/storages.ts'
import { generatorCeiling } from './ceiling.ts'
import { openSubject, type Measured, type Subject } from './subject.ts'

interface Round extends Measured {
  readonly round: number
  readonly storage: string
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    storage: { type: 'string', default: 'sqlite' },
  },
})
const measureMs = Number(values.seconds) * 1000
const clientCounts = [1, 16, 64, 256]

const storages = await openStorages(values.storage)
const subjects: Subject[] = []
for (const storage of storages) subjects.push(await openSubject(storage))
const ceiling = await generatorCeiling(measureMs)
const results: Round[] = []
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const clients of clientCounts) for (const subject of subjects) await measure(subject, round, clients)
}
const residents = subjects.map(({ server }) => Math.round(server.residentBytes() / 2 ** 20))
for (const subject of subjects) await subject.close()
for (const storage of storages) await storage.close()

for (const [i, { storage, database }] of storages.entries()) {
  const rounds = results.filter((result) => result.storage === storage)
  const question = 'durable posts a second'
  saveResult(`commit-${storage}`, { question, database, measureMs, ceiling, residentMiB: residents[i], rounds })
  console.log(`${database}; the server's resident memory at the end: ${residents[i]} MiB`)
  console.table(clientCounts.map((clients) => summary(rounds.filter((result) => result.clients === clients))))
}
console.log(`load generator against a server that does nothing, 64 clients: ${Math.round(ceiling.perSecond)} a second`)
const isSound = results.every(({ lost, twice, http }) => lost + twice + http.refused === 0)
console.log(isSound ? 'Nothing lost, nothing twice, nothing refused.' : 'NOT SOUND: see bench/results/')
process.exitCode = isSound ? 0 : 1

async function measure(subject: Subject, round: number, clients: number): Promise<void> {
  const run = (0xa0000000 + round * 0x1000 + clients).toString(16)
  const measured = await subject.measure({ clients, measureMs, run })
  const { storage } = subject
  results.push({ round, storage, ...measured })
  const [bare, http] = [Math.round(measured.bare), Math.round(measured.http.perSecond)]
  console.log(`round ${round}, ${storage}, ${clients} clients: bare ${bare}, http ${http} a second`)
}

function summary(own: readonly Round[]) {
  const of = (figure: (result: Round) => number) => median(own.map(figure))
  const [http, bare] = [of((result) => result.http.perSecond), of((result) => result.bare)]
  return {
    clients: own[0]?.clients,
    'http, posts/s': Math.round(http),
    'bare, posts/s': Math.round(bare),
    'share, %': Math.round((100 * http) / bare),
    'answer p50, ms': Number(of((result) => result.http.toAnswer.p50).toFixed(1)),
    'answer p99, ms': Number(of((result) => result.http.toAnswer.p99).toFixed(1)),
    'server CPU, us/post': Math.round(of((result) => result.cpuMicrosPerPost)),
    'database CPU, us/post': Math.round(of((result) => result.databaseCpuMicrosPerPost ?? Number.NaN)),
    'generator, % of a core': Math.round(100 * of((result) => result.http.generatorCpu)),
    lost: own.reduce((total, { lost }) => total + lost, 0),
    twice: own.reduce((total, { twice }) => total + twice, 0),
  }
}
