/** `npm run bench idle-memory`: how long a start takes, and what the server holds 30 s after it said that it is ready. */

import { setTimeout as pause } from 'node:timers/promises'
import { ServerProcess } from '../../faults/kit/server-process.ts'
import { saveResult } from '../kit/circumstances.ts'

const rounds: { readyMs: number; residentMiB: number }[] = []
const server = await ServerProcess.start({ isCompiled: true })
for (let round = 1; round <= 3; round += 1) {
  await pause(30_000)
  rounds.push({ readyMs: Math.round(server.readyMs), residentMiB: Math.round(server.residentBytes() / 2 ** 20) })
  await server.stop()
  if (round < 3) await server.start()
}
await server.close()
saveResult('idle-memory', { question: 'resident memory 30 s after ready', rounds })
console.table(rounds)
