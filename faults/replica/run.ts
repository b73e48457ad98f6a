/** `npm run faults replica -- --seed 7 --runs 20 --acts 300`: clients against cuts, kills and each other. */

import { parseArgs } from 'node:util'
import { runReplicas } from './run-replicas.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '10' },
    acts: { type: 'string', default: '300' },
    kills: { type: 'string', default: '2' },
  },
})
for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.runs); seed += 1) {
  console.log(`seed ${seed}`)
  console.log(JSON.stringify(await runReplicas({ seed, acts: Number(values.acts), kills: Number(values.kills) })))
}
