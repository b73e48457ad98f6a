/** From the statement in the sqlite3 shell to the message in an open stream. */

import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { percentiles, type Percentiles } from '../kit/percentiles.ts'
import { until } from '../kit/until.ts'
import { quoted, type SqliteShell } from './sqlite-shell.ts'

export interface DelayOptions {
  readonly shell: SqliteShell
  readonly rows: number
  /** When a message with this text was seen, by `performance.now()`. */
  readonly seenAt: (text: string) => number | undefined
  readonly room: string
  readonly author: string
  /** Posts a message by HTTP: what the same machine takes for that at the same time. */
  readonly post: (text: string) => Promise<unknown>
}

export interface Delays {
  /** From the end of the statement, that is from the commit, to the open stream. */
  readonly inbox: Percentiles
  /** What the shell took for the statement: its commit waits for the disk three times. */
  readonly statement: Percentiles
  /** From the POST to the open stream, in turns with the rows. */
  readonly http: Percentiles
}

export async function measureDelay({ shell, rows, seenAt, room, author, post }: DelayOptions): Promise<Delays> {
  const inbox: number[] = []
  const statement: number[] = []
  const http: number[] = []
  const seen = (text: string) => until(`${text} in the stream`, () => seenAt(text), { withinMs: 5000, everyMs: 1 })
  // What an earlier measurement in the same stream left must not be taken for this one's.
  const run = randomUUID()
  for (let row = 0; row < rows; row += 1) {
    const [text, control] = [`${run} row ${row}`, `${run} post ${row}`]
    const values = [room, author, text].map(quoted).join(', ')
    const insertedFrom = performance.now()
    await shell.run(`insert into messages(room, author, text) values (${values})`)
    const committedAt = performance.now()
    statement.push(committedAt - insertedFrom)
    // It may have been seen before the shell said that it was done.
    inbox.push(Math.max(0, (await seen(text)) - committedAt))

    const postedFrom = performance.now()
    const [at] = await Promise.all([seen(control), post(control)])
    http.push(at - postedFrom)
    // Rows come in bursts and after pauses: a watcher that sleeps when nothing happens must wake.
    await pause(row % 10 === 9 ? 400 : row % 7)
  }
  return { inbox: percentiles(inbox), statement: percentiles(statement), http: percentiles(http) }
}
