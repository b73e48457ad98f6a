/** Puts the writer together inside its thread. */

import type { DatabaseSync } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import { HeldFiles } from './held-files.ts'
import { selectHead } from './log-rows.ts'
import { checkEpoch, readPositionFile } from './position-file.ts'
import { prepareDatabase } from './prepare-database.ts'
import { Statements } from './statements.ts'
import { Upkeep } from './upkeep.ts'
import type { Clock } from './write/run-commit.ts'
import { WriterLoop } from './writer-loop.ts'
import type { FromWriter, WriterData } from './writer-messages.ts'

/** @throws SqliteOpenError if the database cannot be used */
export async function openWriter(port: MessagePort, data: WriterData): Promise<void> {
  const { paths, limits } = data
  const post = (message: FromWriter) => port.postMessage(message)
  const db = await withFaults(prepareDatabase(paths.database, data.synchronous), data.faults)
  const sql = new Statements(db)
  const notice = checkEpoch(db, readPositionFile(paths.position), selectHead(sql))
  if (notice !== undefined) post({ type: 'notice', line: notice })
  const head = selectHead(sql)
  const clock: Clock = { next: head.position + 1, at: newestTime(sql) }
  const onStatus = () => loop.tellStatus()
  const upkeep = new Upkeep({ sql, clock, paths, limits, epoch: head.epoch, onStatus })
  const loop = new WriterLoop(
    { port, sql, clock, upkeep, files: new HeldFiles(paths.database), groupSize: limits.groupSize },
    data.isRestart ? 'unavailable' : undefined,
  )
  post({ type: 'ready', head, erasing: upkeep.erasing })
  loop.tick()
  setInterval(() => loop.tick(), limits.tickMs).unref()
}

function newestTime(sql: Statements): number {
  return sql.one<{ at: number }>('SELECT at FROM changes ORDER BY position DESC LIMIT 1')?.at ?? 0
}

async function withFaults(db: DatabaseSync, moduleUrl: string | undefined): Promise<DatabaseSync> {
  if (moduleUrl === undefined) return db
  const faults: { withFaults: (db: DatabaseSync) => DatabaseSync } = await import(moduleUrl)
  return faults.withFaults(db)
}
