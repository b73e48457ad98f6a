/** The end of a run: what history has, and whether every reader came that far. */

import { readHistory } from '../kit/room-history.ts'
import { until } from '../kit/until.ts'
import { positionOf, type Recorder } from './recorder.ts'
import type { ReaderPlan } from './readers.ts'
import type { Run } from '../checker/history.ts'
import type { TestSite } from '../kit/site.ts'
import type { StreamReader } from '../kit/stream-reader.ts'

interface UnfinishedRun {
  readonly site: TestSite
  readonly plans: readonly ReaderPlan[]
  readonly readers: readonly StreamReader[]
  readonly recorder: Recorder
  /** What `/api/sync` said before anything was written. */
  readonly before: {
    readonly cursor: string
    readonly rooms: readonly { readonly id: string; readonly lastSeq: number }[]
  }
}

/** Reads every room's history, waits until the readers are as far, and closes them. */
export async function finishRun({ site, plans, readers, recorder, before }: UnfinishedRun): Promise<Run> {
  const { server, tokens } = site
  const firstSeqs = Object.fromEntries(before.rooms.map(({ id, lastSeq }) => [id, lastSeq]))
  const history = recorder.records.length
  for (const { id: room, lastSeq: after } of before.rooms) {
    for (const { id: key, seq } of await readHistory({ url: server.url, token: tokens.anna ?? '', room, after })) {
      recorder.add({ type: 'stored', client: 'history', room, key, seq })
    }
  }
  const stored = recorder.records.slice(history)
  const seenBy = () =>
    Map.groupBy(
      recorder.records.filter(({ type }) => type === 'seen'),
      ({ client }) => client,
    )
  const isComplete = () => {
    const seen = seenBy()
    return plans.every(({ name, rooms }) => {
      const due = stored.filter((record) => record.type === 'stored' && rooms.includes(record.room)).length
      return (seen.get(name)?.length ?? 0) >= due
    })
  }
  // A reader that never gets there is a finding of the checker, not of this wait.
  await until('every reader has everything', isComplete, { withinMs: 15_000, everyMs: 200 }).catch(() => undefined)
  for (const reader of readers) reader.close()
  const own = new Set(plans.flatMap(({ rooms }) => rooms))
  return {
    rooms: Object.fromEntries(Object.entries(firstSeqs).filter(([id]) => own.has(id))),
    readers: Object.fromEntries(plans.map(({ name, rooms }) => [name, rooms])),
    position: positionOf(before.cursor),
    records: recorder.records,
  }
}
