/** `npm run faults nodes -- --minutes 5 --nemesis both --seed 7`: prints figures, and fails on any violation. */

import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { startMongo } from '../../testing/mongodb/mongo-server.ts'
import { runNodes } from './run-nodes.ts'
import type { Target } from './nemesis.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    nemesis: { type: 'string', default: 'both' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    period: { type: 'string', default: '4000' },
    clients: { type: 'string', default: '200' },
    users: { type: 'string', default: '12' },
    writers: { type: 'string', default: '12' },
    pause: { type: 'string', default: '1000' },
    history: { type: 'string' },
  },
})

const targetsOf: Record<string, readonly Target[]> = {
  processes: ['processes'],
  database: ['database'],
  both: ['processes', 'database'],
}
const targets = targetsOf[values.nemesis]
if (targets === undefined) throw new Error(`--nemesis is one of ${Object.keys(targetsOf).join(', ')}`)

const options = {
  targets,
  seed: Number(values.seed),
  forMs: Number(values.minutes) * 60_000,
  periodMs: Number(values.period),
  clients: Number(values.clients),
  users: Number(values.users),
  writers: Number(values.writers),
  pauseMs: Number(values.pause),
  ...(values.history !== undefined && { historyFile: values.history }),
}

async function runOnOwnMongo() {
  const mongo = await startMongo({ isDurable: true })
  try {
    return { database: mongo.name, ...(await runNodes({ mongo, ...options })) }
  } finally {
    await mongo.close()
  }
}

const { database, violations, missedPlants, resets, figures } = await runOnOwnMongo()
console.table({ database, ...figures, 'load average': loadavg()[0]?.toFixed(1) ?? '' })
for (const reset of resets.slice(0, 20)) console.log(reset)
for (const { fault, what } of violations.slice(0, 20)) console.log(`${fault}: ${what}`)
if (missedPlants.length > 0) console.log(`Void: the checker did not find what was ${missedPlants.join(', nor ')}.`)
const verdict = violations.length === 0 ? 'No violation.' : `${violations.length} violations.`
const { minutes, nemesis, seed } = values
console.log(`${verdict} Again: npm run faults nodes -- --minutes ${minutes} --nemesis ${nemesis} --seed ${seed} …`)
process.exitCode = violations.length > 0 || missedPlants.length > 0 ? 1 : 0
