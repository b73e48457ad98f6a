/** The reader thread: one read after the other on a connection of its own that cannot write. */

import { TrimmedError } from '@suda/core/storage'
import { ChatError } from '@suda/protocol'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOfError } from './driver-error.ts'
import { heavyReads, type ReadReply, type ReadRequest } from './heavy-reads.ts'
import { openForReading } from './open-for-reading.ts'
import type { Statements } from './statements.ts'

if (parentPort === null) throw new Error('the reader runs in a thread')
const port = parentPort
const { database }: { database: string } = workerData
const sql = openForReading(database)

port.on('message', (request: ReadRequest | 'close') => {
  if (request !== 'close') return port.postMessage(replyTo(request))
  sql.db.close()
  port.close()
})

function replyTo({ id, name, values }: ReadRequest): ReadReply {
  try {
    const read: (sql: Statements, ...values: never[]) => unknown = heavyReads[name]
    return { id, answer: Reflect.apply(read, undefined, [sql, ...values]) }
  } catch (error) {
    if (error instanceof TrimmedError) return { id, firstPosition: error.firstPosition }
    if (error instanceof ChatError) return { id, refused: error.code, detail: error.detail }
    return { id, failed: messageOfError(error) }
  }
}
