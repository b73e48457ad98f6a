/** The whole run: writers, readers, kills, and what the clients' log says about it. */

import { check } from '../checker/check.ts'
import { missedPlants } from '../checker/plant.ts'
import { get } from '../kit/http.ts'
import { percentiles } from '../kit/percentiles.ts'
import { seededRandom } from '../kit/random.ts'
import { readHistory } from '../kit/room-history.ts'
import { startSite, type TestSite } from '../kit/site.ts'
import { until } from '../kit/until.ts'
import { killRepeatedly } from './nemesis.ts'
import { startReader, type ReaderPlan } from './readers.ts'
import { positionOf, Recorder } from './recorder.ts'
import { runWriter, type WriterFigures } from './writers.ts'
import type { Run, Violation } from '../checker/history.ts'
import type { StreamReader } from '../kit/stream-reader.ts'

export interface KillOptions {
  readonly kills: number
  readonly seed: number
  readonly periodMs: number
  /** Average pause of a writer between two messages. */
  readonly pauseMs: number
  /** Where the clients' log goes. */
  readonly historyFile?: string
}

export interface KillReport {
  readonly violations: readonly Violation[]
  /** Planted faults that the checker overlooked: anything here makes the run void. */
  readonly missedPlants: readonly string[]
  readonly figures: Readonly<Record<string, number | string>>
}

const users = ['anna', 'boris', 'chloe', 'dmitri'] as const
const slugs = ['red', 'green', 'blue'] as const

export async function runKills(options: KillOptions): Promise<KillReport> {
  const site = await startSite({ users, rooms: slugs })
  try {
    return await runOn(site, options)
  } finally {
    await site.close()
  }
}

async function runOn(
  site: TestSite,
  { kills, seed, periodMs, pauseMs, historyFile }: KillOptions,
): Promise<KillReport> {
  const random = seededRandom(seed)
  const recorder = new Recorder()
  const { server } = site
  const sync = await get(`${server.url}/api/sync`, site.tokens.anna)
  const plans = readerPlans(site)
  const readers = plans.map((plan) => startReader(plan, server.port, sync.cursor, recorder))

  let isOver = false
  const writing = Array.from({ length: 8 }, (_, i) =>
    runWriter({
      name: `writer-${i}`,
      url: server.url,
      token: site.tokens[users[i % users.length] ?? ''] ?? '',
      rooms: Object.values(site.rooms),
      random: seededRandom(seed + i + 1),
      recorder,
      pauseMs,
      isOver: () => isOver,
    }),
  )
  const startedAt = performance.now()
  const nemesis = await killRepeatedly(server, { kills, periodMs, random })
  isOver = true
  const written = await Promise.all(writing)
  const seconds = (performance.now() - startedAt) / 1000
  const run = await finish(site, plans, readers, recorder, sync)
  if (historyFile !== undefined) recorder.save(historyFile)

  return {
    violations: check(run),
    missedPlants: missedPlants(run, random),
    figures: {
      seed,
      seconds: Math.round(seconds),
      kills: nemesis.kills,
      'kills while starting': nemesis.killsWhileStarting,
      'start p50, ms': Math.round(percentiles(nemesis.startMs).p50),
      'start max, ms': Math.round(percentiles(nemesis.startMs).max),
      ...sum(written),
      stored: run.records.filter(({ type }) => type === 'stored').length,
      seen: run.records.filter(({ type }) => type === 'seen').length,
      'stream connections': readers.reduce((total, reader) => total + reader.connections, 0),
      hellos: readers.reduce((total, reader) => total + reader.hellos, 0),
      resumed: readers.reduce((total, reader) => total + reader.resumed, 0),
      resets: readers.reduce((total, reader) => total + reader.resets, 0),
    },
  }
}

/** Three follow everything, one each a room; every second one waits as long as the server asks. */
function readerPlans({ tokens, rooms }: TestSite): ReaderPlan[] {
  const personal = ['anna', 'boris', 'chloe'].map((user) => ({ user, rooms: Object.values(rooms), path: '/api/feed' }))
  const ofRooms = Object.values(rooms).map((id) => ({ user: 'dmitri', rooms: [id], path: `/api/rooms/${id}/feed` }))
  return [...personal, ...ofRooms].map(({ user, rooms: own, path }, i) => ({
    name: `reader-${i}`,
    token: tokens[user] ?? '',
    rooms: own,
    path,
    ...(i % 2 === 0 && { maxRetryMs: 100 }),
  }))
}

/** Reads every room's history, waits until the readers are as far, and closes them. */
async function finish(
  { server, tokens }: TestSite,
  plans: readonly ReaderPlan[],
  readers: readonly StreamReader[],
  recorder: Recorder,
  before: { cursor: string; rooms: { id: string; lastSeq: number }[] },
): Promise<Run> {
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

function sum(figures: readonly WriterFigures[]): WriterFigures {
  const total = { acknowledged: 0, retried: 0, answeredAgain: 0 }
  for (const { acknowledged, retried, answeredAgain } of figures) {
    total.acknowledged += acknowledged
    total.retried += retried
    total.answeredAgain += answeredAgain
  }
  return total
}
