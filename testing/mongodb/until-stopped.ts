/** A SIGSTOP takes a moment to reach every thread of a process, and a server that has many answers until then. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'

/** Where there is no /proc nobody can tell, and it resolves at once. */
export async function untilStopped(pid: number): Promise<void> {
  const tasks = `/proc/${pid}/task`
  while (existsSync(tasks) && !readdirSync(tasks).every((task) => isStopped(`${tasks}/${task}/stat`))) await turn()
}

function isStopped(file: string): boolean {
  try {
    // The state follows the name, which may hold anything but ends with the last bracket.
    return /\) [TtZX] [^)]*$/.test(readFileSync(file, 'utf8'))
  } catch {
    return true // a thread that has ended
  }
}
