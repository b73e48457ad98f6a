/** The clients' log: one array in the order in which things happened to the clients, and a file of JSON lines. */

import { writeFileSync } from 'node:fs'
import { parseCursor } from '@suda/protocol'
import type { HistoryRecord } from '../checker/history.ts'

type Untimed<T> = T extends HistoryRecord ? Omit<T, 't'> : never

export class Recorder {
  readonly records: HistoryRecord[] = []

  add(record: Untimed<HistoryRecord>): void {
    this.records.push({ t: Math.round(performance.now() * 1000) / 1000, ...record })
  }

  save(file: string): void {
    writeFileSync(file, this.records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  }
}

/** The position in a cursor. Only tests look into one; to clients it is opaque (DL1). */
export function positionOf(cursor: string | undefined): number {
  const position = cursor === undefined ? undefined : parseCursor(cursor)?.position
  if (position === undefined) throw new Error(`not a cursor: ${String(cursor)}`)
  return position
}
