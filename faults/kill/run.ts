/** `npm run faults kill -- --kills 50 --seed 7`: prints figures, and fails on any violation. */

import { parseArgs } from 'node:util'
import { runKills } from './run-kills.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    period: { type: 'string', default: '2000' },
    pause: { type: 'string', default: '10' },
    'spare-starts': { type: 'boolean', default: false },
    history: { type: 'string' },
  },
})

const { violations, missedPlants, figures } = await runKills({
  kills: Number(values.kills),
  seed: Number(values.seed),
  periodMs: Number(values.period),
  spareStarts: values['spare-starts'],
  pauseMs: Number(values.pause),
  ...(values.history !== undefined && { historyFile: values.history }),
})

console.table(figures)
for (const { fault, what } of violations.slice(0, 20)) console.log(`${fault}: ${what}`)
if (missedPlants.length > 0) console.log(`Void: the checker did not find what was ${missedPlants.join(', nor ')}.`)
const verdict = violations.length === 0 ? 'No violation.' : `${violations.length} violations.`
console.log(`${verdict} Again: npm run faults kill -- --kills ${values.kills} --seed ${values.seed} …`)
process.exitCode = violations.length > 0 || missedPlants.length > 0 ? 1 : 0
