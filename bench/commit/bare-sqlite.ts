/**
 * What the disk and SQLite alone give: the same two rows a message, in groups of a fixed size, one COMMIT a group, with
 * the durability of the server (WAL, synchronous=FULL). No HTTP, no threads, no checks.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { idOf } from '../kit/lean-connection.ts'
import { answerParent } from '../kit/own-process.ts'

export interface BareOptions {
  /** Of a new database, where it takes one. */
  readonly url?: string | undefined
  readonly groupSize: number
  readonly measureMs: number
}

answerParent(async ({ groupSize, measureMs }: BareOptions): Promise<{ perSecond: number }> => {
  const folder = mkdtempSync(join(tmpdir(), 'suda-bare-'))
  const db = new DatabaseSync(join(folder, 'bare.db'))
  db.exec(`
    pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;
    create table messages(id text primary key, room text, seq integer, author text, text text, unique(room, seq)) strict;
    create table changes(position integer primary key, at integer, room text, message text, json text) strict;
  `)
  const message = db.prepare('insert into messages values (?, ?, ?, ?, ?)')
  const change = db.prepare('insert into changes values (?, ?, ?, ?, ?)')
  const json = JSON.stringify({ payload: 'x'.repeat(900) })
  const startedAt = performance.now()
  let n = 0
  while (performance.now() < startedAt + measureMs) {
    db.exec('begin immediate')
    for (let i = 0; i < groupSize; i += 1) {
      n += 1
      message.run(idOf('bbbbbbbb', n), 'room', n, 'author', 'hello '.repeat(16))
      change.run(n, n, 'room', idOf('bbbbbbbb', n), json)
    }
    db.exec('commit')
  }
  const perSecond = (n * 1000) / (performance.now() - startedAt)
  db.close()
  rmSync(folder, { recursive: true })
  return { perSecond }
})
