/**
 * `npm run bench commit`: durable posts a second over HTTP, against bare grouped inserts of the same durability. Rounds
 * are interleaved, so that a machine that changes its speed changes it for both.
 */

import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { readHistory } from '../../faults/kit/room-history.ts'
import { startSite } from '../../faults/kit/site.ts'
import { median, saveResult } from '../kit/circumstances.ts'
import { numberIn, type Target } from '../kit/lean-connection.ts'
import { inOwnProcess } from '../kit/own-process.ts'
import type { ClosedLoopFigures, ClosedLoopOptions } from '../kit/closed-loop.ts'
import type { BareOptions } from './bare-inserts.ts'

interface Round {
  readonly round: number
  readonly clients: number
  readonly bare: number
  readonly http: ClosedLoopFigures
  /** Processor time of the server for a post, in all of its threads. */
  readonly cpuMicrosPerPost: number
  /** Acknowledged messages that are not in history, and messages that are there twice. */
  readonly lost: number
  readonly twice: number
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '4' } },
})
const measureMs = Number(values.seconds) * 1000
const clientCounts = [1, 16, 64, 256]
const text = 'hello '.repeat(16)

const site = await startSite({ users: ['anna'], rooms: ['bench'], isCompiled: true })
const { server, tokens, rooms } = site
const target: Target = { port: server.port, path: `/api/rooms/${rooms.bench}/messages`, token: tokens.anna, text }
const ceiling = await generatorCeiling()
const results: Round[] = []
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const clients of clientCounts) results.push(await measure(round, clients))
}
const residentMiB = Math.round(server.residentBytes() / 2 ** 20)
await site.close()

saveResult('commit', {
  question: 'durable posts a second',
  textLength: text.length,
  measureMs,
  ceiling,
  residentMiB,
  rounds: results,
})
console.table(clientCounts.map(summary))
console.log(`load generator against a server that does nothing, 64 clients: ${Math.round(ceiling.perSecond)} a second`)
console.log(`server's resident memory at the end: ${residentMiB} MiB`)
const isSound = results.every(({ lost, twice, http }) => lost + twice + http.refused === 0)
console.log(isSound ? 'Nothing lost, nothing twice, nothing refused.' : 'NOT SOUND: see bench/results/commit.json')
process.exitCode = isSound ? 0 : 1

async function measure(round: number, clients: number): Promise<Round> {
  const bareOptions: BareOptions = { groupSize: clients, measureMs }
  const bare = await inOwnProcess<{ perSecond: number }>(new URL('./bare-inserts.ts', import.meta.url), bareOptions)
  const run = (0xa0000000 + round * 0x1000 + clients).toString(16)
  const after = await lastSeq()
  const cpuBefore = server.cpuMs()
  const http = await generate({ target, clients, warmUpMs: 1000, measureMs, run })
  const cpuMicrosPerPost = ((server.cpuMs() - cpuBefore) * 1000) / http.acknowledged
  const stored = (await readHistory({ url: server.url, token: tokens.anna, room: 'bench', after })).map(({ id }) =>
    numberIn(id),
  )
  const distinct = new Set(stored).size
  const line = {
    round,
    clients,
    bare: bare.perSecond,
    http,
    cpuMicrosPerPost,
    lost: http.acknowledged - distinct,
    twice: stored.length - distinct,
  }
  console.log(
    `round ${round}, ${clients} clients: bare ${Math.round(line.bare)}, http ${Math.round(http.perSecond)} a second`,
  )
  return line
}

function generate(options: ClosedLoopOptions): Promise<ClosedLoopFigures> {
  return inOwnProcess(new URL('./generator.ts', import.meta.url), options)
}

async function lastSeq(): Promise<number> {
  const answer = await fetch(`${server.url}/api/rooms/bench`, { headers: { authorization: `Bearer ${tokens.anna}` } })
  const { room } = (await answer.json()) as { room: { lastSeq: number } }
  return room.lastSeq
}

async function generatorCeiling(): Promise<ClosedLoopFigures> {
  const trivial = fork(fileURLToPath(new URL('./trivial-server.ts', import.meta.url)))
  const port = await new Promise<number>((resolve) => trivial.once('message', (message) => resolve(Number(message))))
  const figures = await generate({
    target: { ...target, port },
    clients: 64,
    warmUpMs: 1000,
    measureMs,
    run: 'cccccccc',
  })
  trivial.disconnect()
  return figures
}

function summary(clients: number) {
  const own = results.filter((result) => result.clients === clients)
  const http = median(own.map((result) => result.http.perSecond))
  const bare = median(own.map((result) => result.bare))
  return {
    clients,
    'http, posts/s': Math.round(http),
    'bare, posts/s': Math.round(bare),
    'share, %': Math.round((100 * http) / bare),
    'server CPU, us/post': Math.round(median(own.map((result) => result.cpuMicrosPerPost))),
    'generator, % of a core': Math.round(100 * median(own.map((result) => result.http.generatorCpu))),
    lost: own.reduce((total, { lost }) => total + lost, 0),
    twice: own.reduce((total, { twice }) => total + twice, 0),
  }
}
