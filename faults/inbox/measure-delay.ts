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
}

export async function measureDelay({ shell, rows, seenAt, room, author }: DelayOptions): Promise<Percentiles> {
  const delays: number[] = []
  for (let row = 0; row < rows; row += 1) {
    const text = `row ${row}`
    const startedAt = performance.now()
    await shell.run(`insert into messages(room, author, text) values (${[room, author, text].map(quoted).join(', ')})`)
    const at = await until(`${text} in the stream`, () => seenAt(text), { withinMs: 5000, everyMs: 1 })
    delays.push(at - startedAt)
    // Rows come in bursts and after pauses: a watcher that sleeps when nothing happens must wake.
    await pause(row % 10 === 9 ? 400 : row % 7)
  }
  return percentiles(delays)
}
