/**
 * `npm run bench contention`: one site on one MongoDB, served by one, two and three processes with as many clients in all.
 * Whatever stores a change takes its turn at one counter (DL2), so more processes are not to give more than one does: what is
 * asked is whether they give as much, and whether each gets its part.
 */

import { parseArgs } from 'node:util'
import { saveResult } from '../kit/circumstances.ts'
import { mongodb } from '../kit/storages.ts'
import { openCluster, type Shape } from './cluster.ts'
import { count } from './count.ts'
import { measure, summary, type Measured } from './measure.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '16,64,256' },
    count: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const measureMs = Number(values.seconds) * 1000
const warmMs = 4000
const clientCounts = values.clients.split(',').map(Number)
/** The last one tells what it costs that others follow, from what it costs that they write. */
const shapes: readonly Shape[] = [
  { processes: 1, writers: 1 },
  { processes: 2, writers: 2 },
  { processes: 3, writers: 3 },
  { processes: 3, writers: 1 },
]

const database = await mongodb()
const cluster = await openCluster(database.newUrl())
let numbers = 0
const rounds: (Measured & { readonly round: number })[] = []
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const { processes, writers } of shapes) {
    await warmTo(processes)
    for (const clients of clientCounts) await measureOnce(round, writers, clients)
  }
}
await cluster.close()
const counted = values.count ? await count({ database, shapes, clientCounts, measureMs }) : []
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
    shapes.map(({ processes, writers }) =>
      summary(
        rounds.filter((one) => one.clients === clients && one.processes === processes && one.writers === writers),
      ),
    ),
  ),
)
console.table(counted)
const isSound = rounds.every(({ lost, twice, refused }) => lost + twice + refused === 0)
console.log(isSound ? 'Nothing lost, nothing twice, nothing refused.' : 'NOT SOUND: see bench/results/contention.json')
process.exitCode = isSound ? 0 : 1

/** What a process runs for the first time is slow: they all have posted before anything is measured. */
async function warmTo(processes: number): Promise<void> {
  if (cluster.servers.length === processes) return
  await cluster.resize(processes)
  await measure({ cluster, database, writers: processes, clients: 48, measureMs: warmMs, number: numbers++ })
}

async function measureOnce(round: number, writers: number, clients: number): Promise<void> {
  const measured = await measure({ cluster, database, writers, clients, measureMs, number: numbers++ })
  rounds.push({ round, ...measured })
  const { perSecond, processes, shares, spread } = measured
  const parts = shares.map((share) => `${Math.round(100 * share)} %`).join(' to ')
  console.log(
    `round ${round}, ${writers} of ${processes} processes, ${clients} clients: ${Math.round(perSecond)} a second, ` +
      `shares ${parts}, p99 spread ${spread.toFixed(1)}`,
  )
}
