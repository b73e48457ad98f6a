/** The end of a run: what history has, and whether every reader came that far. */

import { readHistory } from '../kit/room-history.ts'
import { until } from '../kit/until.ts'
import { positionOf, type Recorder } from './recorder.ts'
import type { ReaderPlan } from './readers.ts'
import type { HistoryRecord, Run } from '../checker/history.ts'
import type { StreamReader } from '../kit/stream-reader.ts'

interface UnfinishedRun {
  readonly url: string
  /** Of somebody who may read every room. */
  readonly token: string
  readonly plans: readonly ReaderPlan[]
  readonly readers: readonly StreamReader[]
  readonly recorder: Recorder
  /** What `/api/sync` said before anything was written. */
  readonly before: {
    readonly cursor: string
    readonly rooms: readonly { readonly id: string; readonly lastSeq: number }[]
  }
  readonly withinMs?: number
}

/** Reads every room's history, waits until the readers are as far, and closes them. */
export async function finishRun(unfinished: UnfinishedRun): Promise<Run> {
  const { before, plans, readers, recorder, withinMs = 15_000 } = unfinished
  const stored = await recordHistory(unfinished)
  const seen = seenBy(recorder.records)
  const due = new Map(plans.map(({ name, rooms }) => [name, rooms.reduce((sum, id) => sum + (stored.get(id) ?? 0), 0)]))
  const isComplete = () => {
    const counts = seen()
    return [...due].every(([name, count]) => (counts.get(name) ?? 0) >= count)
  }
  // A reader that never gets there is a finding of the checker, not of this wait.
  await until('every reader has everything', isComplete, { withinMs, everyMs: 200 }).catch(() => undefined)
  for (const reader of readers) reader.close()
  const own = new Set(plans.flatMap(({ rooms }) => rooms))
  const firstSeqs = before.rooms.map(({ id, lastSeq }) => [id, lastSeq] as const)
  return {
    rooms: Object.fromEntries(firstSeqs.filter(([id]) => own.has(id))),
    readers: Object.fromEntries(plans.map(({ name, rooms }) => [name, rooms])),
    position: positionOf(before.cursor),
    records: recorder.records,
  }
}

/** @returns how many messages each room got */
async function recordHistory({ before, recorder, token, url }: UnfinishedRun): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const { id: room, lastSeq: after } of before.rooms) {
    const messages = await readHistory({ url, token, room, after })
    for (const { id: key, seq } of messages) recorder.add({ type: 'stored', client: 'history', room, key, seq })
    counts.set(room, messages.length)
  }
  return counts
}

/** Each record is looked at once, however often one asks. */
function seenBy(records: readonly HistoryRecord[]): () => ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  let next = 0
  return () => {
    for (; next < records.length; next += 1) {
      const record = records[next]
      if (record?.type === 'seen') counts.set(record.client, (counts.get(record.client) ?? 0) + 1)
    }
    return counts
  }
}
