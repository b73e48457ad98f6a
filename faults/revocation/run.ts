/** `npm run faults revocation -- --runs 1000 --seed 7 --storage mongodb`: prints figures, and fails on any violation. */

import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { databaseUrl } from '../../testing/mongodb/database-url.ts'
import { someMongo } from '../../testing/mongodb/some-mongo.ts'
import { startPeople, type People } from './people.ts'
import { runOpenRaces } from './open-races.ts'
import { runRaces } from './run-races.ts'
import { runTriggers, triggers } from './run-triggers.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    opens: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    storage: { type: 'string', default: 'sqlite' },
    'at-once': { type: 'string', default: '4' },
  },
})
if (!['sqlite', 'mongodb'].includes(values.storage)) throw new Error('--storage is one of sqlite, mongodb')

const mongo = values.storage === 'mongodb' ? await someMongo() : undefined
try {
  const people = await startPeople(mongo && databaseUrl(mongo.url, `suda-revocation-${process.pid}`))
  try {
    await report(people)
  } finally {
    await people.close()
  }
} finally {
  await mongo?.close()
}

async function report(people: People): Promise<void> {
  const streams = await runTriggers(people, Number(values.rounds))
  console.table(streams.rows)
  const seed = Number(values.seed)
  const opens = await runOpenRaces(people, { opens: Number(values.opens), seed, triggers })
  console.table(opens.figures)
  const atOnce = Number(values['at-once'])
  const races = await runRaces(people, { runs: Number(values.runs), seed, atOnce })
  const database = mongo === undefined ? 'SQLite, one process' : `${mongo.name}, two processes`
  console.table({ database, seed: values.seed, ...races.figures, 'load average': loadavg()[0]?.toFixed(1) ?? '' })

  const violations = [...streams.violations, ...opens.violations, ...races.violations]
  for (const { fault, what } of violations.slice(0, 20)) console.log(`${fault}: ${what}`)
  const overlooked = [...streams.blind, ...races.missedPlants]
  if (overlooked.length > 0) console.log(`Void: the checkers did not find what was ${overlooked.join(', nor ')}.`)
  const verdict = violations.length === 0 ? 'No violation.' : `${violations.length} violations.`
  const { rounds, runs, storage } = values
  console.log(
    `${verdict} Again: npm run faults revocation -- --runs ${runs} --rounds ${rounds} --seed ${seed} --storage ${storage}`,
  )
  process.exitCode = violations.length > 0 || overlooked.length > 0 ? 1 : 0
}
