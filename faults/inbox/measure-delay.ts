/** From the statement in the sqlite3 shell to the message in an open stream. */

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
  readonly inbox: Percentiles
  /** From the POST to the open stream, in turns with the rows. */
  readonly http: Percentiles
}

export async function measureDelay({ shell, rows, seenAt, room, author, post }: DelayOptions): Promise<Delays> {
  const inbox: number[] = []
  const http: number[] = []
  const measure = async (text: string, write: () => Promise<unknown>) => {
    const startedAt = performance.now()
    const written = write()
    const at = await until(`${text} in the stream`, () => seenAt(text), { withinMs: 5000, everyMs: 1 })
    await written
    return at - startedAt
  }
  for (let row = 0; row < rows; row += 1) {
    const [text, control] = [`row ${row}`, `post ${row}`]
    const values = [room, author, text].map(quoted).join(', ')
    inbox.push(await measure(text, () => shell.run(`insert into messages(room, author, text) values (${values})`)))
    http.push(await measure(control, () => post(control)))
    // Rows come in bursts and after pauses: a watcher that sleeps when nothing happens must wake.
    await pause(row % 10 === 9 ? 400 : row % 7)
  }
  return { inbox: percentiles(inbox), http: percentiles(http) }
}
