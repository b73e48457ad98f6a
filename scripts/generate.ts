/** `npm run generate`: writes every generated file anew. */

import { spawnSync } from 'node:child_process'
import { generators } from './check/generated.ts'

for (const { writes, script } of generators) {
  const { status } = spawnSync(process.execPath, ['--conditions=suda-source', script], { stdio: 'inherit' })
  console.log(`${status === 0 ? 'wrote ' : 'FAILED'} ${writes}`)
  if (status !== 0) process.exitCode = 1
}
