/** The cursors of a fake change stream: each stands somewhere in the log and waits there as `awaitData` means it. */

import { Long, type Document } from 'mongodb'
import { ok, silence, type Answer, type Command } from './answers.ts'
import type { StreamLog } from './stream-log.ts'

export interface StreamCursor {
  readonly id: number
  readonly ns: string
}

export interface StreamCursors {
  readonly open: ReadonlyMap<number, StreamCursor>
  begin(command: Command, place: number): Answer
  /** @returns undefined if the cursor is none of these */
  more(command: Command): Promise<Answer | undefined>
  /** Whether it was open. */
  end(id: number): boolean
}

interface Standing extends StreamCursor {
  place: number
}

export function newStreamCursors(log: StreamLog): StreamCursors {
  const open = new Map<number, Standing>()
  let lastId = 1000
  return {
    open,
    begin({ db, body }, place) {
      const name = typeof body['aggregate'] === 'string' ? body['aggregate'] : '$cmd.aggregate'
      const cursor = { id: ++lastId, ns: `${db}.${name}`, place }
      open.set(cursor.id, cursor)
      return batchOf(log, open, { cursor, kind: 'firstBatch', limit: limitOf(body['cursor'] ?? {}) })
    },
    async more({ body, signal }) {
      const cursor = open.get(idOf(body))
      if (cursor === undefined) return undefined
      await waitForEvents(log, cursor, { forMs: Number(body['maxTimeMS'] ?? 1000), signal })
      // Its client is gone, or its answer came from elsewhere.
      if (signal.aborted) {
        open.delete(cursor.id)
        return silence
      }
      return batchOf(log, open, { cursor, kind: 'nextBatch', limit: limitOf(body) })
    },
    end: (id) => open.delete(id),
  }
}

/** Of a getMore. */
export const idOf = (body: Document) => Number(body['getMore'])

const limitOf = (options: Document) => Number(options['batchSize'] ?? 101)

interface Patience {
  readonly forMs: number
  readonly signal: AbortSignal
}

async function waitForEvents(log: StreamLog, cursor: Standing, { forMs, signal }: Patience): Promise<void> {
  const deadline = performance.now() + forMs
  let left = forMs
  while (nextEvent(log, cursor.place) === undefined && left > 0 && !signal.aborted) {
    await log.bell.rung({ withinMs: left, signal })
    left = deadline - performance.now()
  }
}

interface Batch {
  readonly cursor: Standing
  readonly kind: 'firstBatch' | 'nextBatch'
  readonly limit: number
}

/** The cursor of an event that says so is closed with it. */
function batchOf(log: StreamLog, open: Map<number, Standing>, { cursor, kind, limit }: Batch): Answer {
  const events: Document[] = []
  while (cursor.place < log.length && events.length < limit && open.has(cursor.id)) {
    const event = log.at(cursor.place++)
    if (event !== undefined) events.push(event)
    if (event?.['operationType'] === 'invalidate') open.delete(cursor.id)
  }
  const id = Long.fromNumber(open.has(cursor.id) ? cursor.id : 0)
  const batch = { id, ns: cursor.ns, [kind]: events, postBatchResumeToken: log.tokenAt(cursor.place) }
  return ok({ cursor: batch, operationTime: log.timeAt(log.length) })
}

function nextEvent(log: StreamLog, place: number): Document | undefined {
  for (let at = place; at < log.length; at += 1) if (log.at(at) !== undefined) return log.at(at)
  return undefined
}
