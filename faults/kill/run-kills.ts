/** The whole run: writers, readers, kills, and what the clients' log says about it. */

import { check } from '../checker/check.ts'
import { missedPlants } from '../checker/plant.ts'
import { get } from '../kit/http.ts'
import { percentiles } from '../kit/percentiles.ts'
import { seededRandom } from '../kit/random.ts'
import { startSite, type TestSite } from '../kit/site.ts'
import { killRepeatedly } from './nemesis.ts'
import { finishRun } from './finish-run.ts'
import { readerPlans, startReader } from './readers.ts'
import { Recorder } from './recorder.ts'
import { runWriter, type WriterFigures } from './writers.ts'
import type { Violation } from '../checker/history.ts'

export interface KillOptions {
  readonly kills: number
  readonly seed: number
  readonly periodMs: number
  readonly spareStarts?: boolean
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
  { kills, seed, periodMs, spareStarts = false, pauseMs, historyFile }: KillOptions,
): Promise<KillReport> {
  const random = seededRandom(seed)
  const recorder = new Recorder()
  const { server } = site
  const sync = await get(`${server.url}/api/sync`, site.tokens.anna)
  const plans = readerPlans(site)
  const readers = plans.map((plan) => startReader({ plan, port: server.port, cursor: sync.cursor, recorder }))

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
  const nemesis = await killRepeatedly(server, { kills, periodMs, spareStarts, random })
  isOver = true
  const written = await Promise.all(writing)
  const seconds = (performance.now() - startedAt) / 1000
  const run = await finishRun({
    url: server.url,
    token: site.tokens.anna ?? '',
    plans,
    readers,
    recorder,
    before: sync,
  })
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

function sum(figures: readonly WriterFigures[]): WriterFigures {
  const total = { acknowledged: 0, retried: 0, answeredAgain: 0 }
  for (const { acknowledged, retried, answeredAgain } of figures) {
    total.acknowledged += acknowledged
    total.retried += retried
    total.answeredAgain += answeredAgain
  }
  return total
}
