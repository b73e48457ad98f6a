/** The real `curl`, as a person in a terminal uses it. */

import { spawn, spawnSync } from 'node:child_process'
import { until } from '../../faults/kit/until.ts'

export const hasCurl = spawnSync('curl', ['--version']).status === 0

export interface Curl {
  /** Everything printed so far. */
  readonly output: string
  /** Waits until the output matches. */
  shows(pattern: RegExp): Promise<RegExpMatchArray>
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
  stop(): void
}

export function curl(...args: string[]): Curl {
  const child = spawn('curl', ['-sS', '--noproxy', '*', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const { promise: ended, resolve } = Promise.withResolvers<number | null>()
  child.once('close', resolve)
  return {
    get output() {
      return output
    },
    async shows(pattern) {
      try {
        return await until(`curl showing ${pattern}`, () => pattern.exec(output) ?? undefined)
      } catch (error) {
        throw new Error(`curl never showed ${pattern}; it showed: ${output.slice(-3000)} ${errors}`, { cause: error })
      }
    },
    ended,
    stop: () => void child.kill(),
  }
}
