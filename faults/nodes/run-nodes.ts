/** The whole run: clients and writers on several processes, what befalls those, and what the clients' log says about it. */

import { writeFileSync } from 'node:fs'
import { check } from '../checker/check.ts'
import { missedPlants } from '../checker/plant.ts'
import { get } from '../kit/http.ts'
import { seededRandom } from '../kit/random.ts'
import { until } from '../kit/until.ts'
import { finishRun } from '../kill/finish-run.ts'
import { Recorder } from '../kill/recorder.ts'
import { runWriter } from '../kill/writers.ts'
import { databaseUrl } from '../../testing/mongodb/database-url.ts'
import { clientPlans, startClient } from './clients.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { figuresOf, type Figures } from './figures.ts'
import { disturb, type Target } from './nemesis.ts'
import type { MongoServer } from '../../testing/mongodb/mongo-server.ts'
import type { Violation } from '../checker/history.ts'

export interface NodesOptions {
  /** A durable one. */
  readonly mongo: MongoServer
  readonly seed: number
  readonly targets: readonly Target[]
  readonly forMs: number
  readonly periodMs: number
  readonly clients: number
  readonly users: number
  readonly writers: number
  /** Average pause of a writer between two messages. */
  readonly pauseMs: number
  /** Where the clients' log goes; beside it what befell the site, and the end of what each process wrote. */
  readonly historyFile?: string
}

export interface NodesReport {
  readonly violations: readonly Violation[]
  /** Planted faults that the checker overlooked: anything here makes the run void. */
  readonly missedPlants: readonly string[]
  /** As the server said them. */
  readonly resets: readonly string[]
  readonly figures: Figures
}

export async function runNodes(options: NodesOptions): Promise<NodesReport> {
  const { mongo, users } = options
  const url = databaseUrl(mongo.url, 'suda')
  const cluster = await startCluster({
    databaseUrls: [url, url, url],
    users: ['user0', ...Array.from({ length: users - 1 }, (_, i) => `user${i + 1}`)],
    rooms: ['red', 'green', 'blue'],
  })
  try {
    return await runOn(cluster, options)
  } finally {
    await cluster.close()
  }
}

async function runOn(cluster: Cluster, options: NodesOptions): Promise<NodesReport> {
  const { forMs, historyFile, mongo, periodMs, seed, targets } = options
  const { nodes, proxy, tokens } = cluster
  const random = seededRandom(seed)
  const recorder = new Recorder()
  const token = tokens['user0'] ?? ''
  const before = await get(`${proxy.url}/api/sync`, token)
  const plans = clientPlans(options.clients, cluster)
  const clients = plans.map((plan) => startClient({ plan, proxy, cursor: before.cursor, recorder }))
  const readers = clients.map(({ reader }) => reader)
  await until('everybody is greeted', () => readers.every(({ hellos }) => hellos > 0), { withinMs: 60_000 })

  const writing = startWriters(cluster, recorder, options)
  const disturbances = await disturb({ nodes, mongo, targets, forMs, periodMs, random })
  const { attempts, written } = await writing.finish()
  const run = await finishRun({ url: proxy.url, token, plans, readers, recorder, before, withinMs: 60_000 })
  if (historyFile !== undefined) {
    recorder.save(historyFile)
    writeFileSync(`${historyFile}.blows`, disturbances.map((blow) => `${JSON.stringify(blow)}\n`).join(''))
    for (const [number, node] of nodes.entries()) writeFileSync(`${historyFile}.node-${number}`, node.log)
  }
  return {
    violations: check(run),
    missedPlants: missedPlants(run, random),
    resets: clients.flatMap(({ plan, resets }) => resets.map((reset) => `${plan.name}: ${reset}`)),
    figures: { seed, ...figuresOf({ run, clients, written, attempts, disturbances }) },
  }
}

function startWriters({ proxy, rooms, tokens }: Cluster, recorder: Recorder, options: NodesOptions) {
  const { pauseMs, seed, writers } = options
  const attempts = new Map<number | 'none', number>()
  let isOver = false
  const writing = Array.from({ length: writers }, (_, i) =>
    runWriter({
      name: `writer-${i}`,
      url: proxy.url,
      token: tokens[`user${i % options.users}`] ?? '',
      rooms: Object.values(rooms),
      random: seededRandom(seed + i + 1),
      recorder,
      pauseMs,
      isOver: () => isOver,
      onAttempt: (outcome) => {
        const key = outcome instanceof Error ? 'none' : outcome.status
        attempts.set(key, (attempts.get(key) ?? 0) + 1)
      },
    }),
  )
  return {
    finish: async () => {
      isOver = true
      return { attempts, written: await Promise.all(writing) }
    },
  }
}
