import { readFileSync } from 'node:fs'

/** Processor time of all threads of a process so far, which a busy machine hardly changes. */
export function cpuMsOf(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  // Fields 14 and 15 of the line, in ticks of 10 ms.
  const [user, system] = fields.split(' ').slice(11, 13)
  return (Number(user) + Number(system)) * 10
}
