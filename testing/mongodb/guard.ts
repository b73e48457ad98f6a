/**
 * Ends a server together with the process that started it, however that one ends: the guard reads from a pipe, and the
 * pipe closes even when its owner is killed.
 */

import { spawn } from 'node:child_process'

export interface Guard {
  /** From now on it answers for this process, or for none. */
  watch(pid: number | undefined): void
  /** Has it end the process and remove the folder now. */
  end(): Promise<void>
}

// SIGKILL needs no SIGCONT before it.
const script = 'while read -r line; do pid=$line; done; [ -n "$pid" ] && kill -9 "$pid"; rm -rf "$1"'

/** @param folder removed with the process */
export function startGuard(folder: string): Guard {
  // In a session of its own, so that Ctrl-C does not end it before its work.
  const child = spawn('sh', ['-c', script, 'guard', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.unref()
  return {
    watch: (pid) => void child.stdin.write(`${pid ?? ''}\n`),
    end: () => {
      child.ref()
      child.stdin.end()
      return ended
    },
  }
}
