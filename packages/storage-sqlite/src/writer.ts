/** The writer thread: owns the only writing connection, and does nothing before its COMMIT returned but wait for it. */

import { parentPort, workerData } from 'node:worker_threads'
import { messageOfError } from './driver-error.ts'
import { SqliteOpenError } from './open-error.ts'
import { openWriter } from './open-writer.ts'
import type { FromWriter, WriterData } from './writer-messages.ts'

if (parentPort === null) throw new Error('the writer runs in a thread')
const port = parentPort
const data: WriterData = workerData

try {
  await openWriter(port, data)
} catch (error) {
  const kind = error instanceof SqliteOpenError ? error.kind : 'unreachable'
  const refused: FromWriter = { type: 'refused', kind, reason: messageOfError(error) }
  port.postMessage(refused)
  port.close()
}
