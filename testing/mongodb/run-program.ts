/** Runs a program to its end. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** @returns what it printed; @throws Error with the last line that it wrote to standard error */
export async function runProgram(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await execute(program, args)).stdout
  } catch (error) {
    throw new Error(`${program}: ${lastLine(error)}`, { cause: error })
  }
}

function lastLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stderr = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : ''
  return (stderr || error.message).split('\n').at(-1) ?? ''
}
