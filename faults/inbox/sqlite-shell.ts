/** Debian's sqlite3 shell as a process that stays, so that a measurement is not one of starting programs. */

import { spawn, spawnSync } from 'node:child_process'

export const hasSqliteShell = spawnSync('sqlite3', ['--version']).status === 0

export interface SqliteShell {
  /** Runs statements and resolves with their output, once they are done. Errors of SQLite reject. */
  run(sql: string): Promise<string>
  close(): void
}

const mark = 'suda-test-done'

/** @param file an existing database; a lock of the server is waited for */
export function openSqliteShell(file: string): SqliteShell {
  const child = spawn('sqlite3', ['-batch', '-cmd', '.timeout 5000', file], { stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  let settle: (() => void) | undefined
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()))
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
    if (output.endsWith(`${mark}\n`)) settle?.()
  })
  return {
    run(sql) {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      settle = () => {
        const answer = output.slice(0, -mark.length - 1).trimEnd()
        if (errors === '') resolve(answer)
        else reject(new Error(`sqlite3: ${errors}`))
        output = ''
        errors = ''
      }
      child.stdin.write(`${sql};\n.print ${mark}\n`)
      return promise
    },
    close: () => void child.kill(),
  }
}

/** A text as SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
