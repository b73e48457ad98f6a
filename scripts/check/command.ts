/** Runs another program and keeps what it says. */

import { spawn } from 'node:child_process'

export interface Outcome {
  readonly code: number
  readonly output: string
}

/**
 * Answers when the program has ended, whatever its exit code; stdout and stderr in the order they came.
 * @param env variables beside those of this process
 */
export function runCommand([program = '', ...args]: string[], cwd: string, env = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (text: string) => (output += text)
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.trimEnd() }))
  })
}

/** Content when the program ends with 0; otherwise its output is the complaint. */
export async function complaintOf(command: string[], cwd: string): Promise<string[]> {
  const { code, output } = await runCommand(command, cwd)
  return code === 0 ? [] : [output || `${command.join(' ')} ended with ${code}`]
}
