/**
 * `npm run bench contention`: one site on one MongoDB, served by one, two and three processes with as many clients in all.
 * Whatever stores a change takes its turn at one counter (DL2), so more processes cannot give more than one does: what is
 * asked is whether they give as much, and whether each gets its part.
 */

import { parseArgs } from 'node:util'
import { saveResult } from '../kit/circumstances.ts'
import { mongodb } from '../kit/storages.ts'
import { openCluster } from './cluster.ts'
import { count } from './count.ts'
import { measure, summary, type Measured } from './measure.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '16,64,256' },
    processes: { type: 'string', default: '1,2,3' },
    count: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const measureMs = Number(values.seconds) * 1000
const clientCounts = values.clients.split(',').map(Number)
const processCounts = values.processes.split(',').map(Number)

const database = await mongodb()
const cluster = await openCluster(database.newUrl())
const rounds: (Measured & { readonly round: number })[] = []
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const processes of processCounts) {
    await cluster.resize(processes)
    for (const clients of clientCounts) await measureOnce(round, clients)
  }
}
await cluster.close()
const counted = values.count ? await count({ database, processCounts, clientCounts, measureMs }) : []
await database.close()

saveResult('contention', {
  question: 'durable posts a second of several processes on one database',
  database: database.database,
  measureMs,
  rounds,
  counted,
})
console.log(database.database)
console.table(
  clientCounts.flatMap((clients) =>
    processCounts.map((processes) =>
      summary(rounds.filter((one) => one.clients === clients && one.processes === processes)),
    ),
  ),
)
console.table(counted)
const isSound = rounds.every(({ lost, twice, refused }) => lost + twice + refused === 0)
console.log(isSound ? 'Nothing lost, nothing twice, nothing refused.' : 'NOT SOUND: see bench/results/contention.json')
process.exitCode = isSound ? 0 : 1

async function measureOnce(round: number, clients: number): Promise<void> {
  const measured = await measure({ cluster, database, clients, measureMs, number: rounds.length })
  rounds.push({ round, ...measured })
  const { processes, perSecond, shares, spread } = measured
  const parts = shares.map((share) => `${Math.round(100 * share)} %`).join(' to ')
  console.log(
    `round ${round}, ${processes} processes, ${clients} clients: ${Math.round(perSecond)} a second, shares ${parts}, p99 spread ${spread.toFixed(1)}`,
  )
}
