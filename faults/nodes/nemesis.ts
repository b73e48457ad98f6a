/** Kills and freezes server processes and the database, again and again, and has them back after a while. */

import { setTimeout as pause } from 'node:timers/promises'
import type { MongoServer } from '../../testing/mongodb/mongo-server.ts'
import { until } from '../kit/until.ts'
import type { Random } from '../kit/random.ts'
import type { ServerProcess } from '../kit/server-process.ts'

export type Target = 'processes' | 'database'

export interface Disturbance {
  readonly what: 'killed' | 'frozen'
  readonly target: Target
  /** The processes that it struck, by their numbers. */
  readonly nodes: readonly number[]
  readonly at: number
  /** When everything was back. */
  readonly endedAt: number
  /** How often a process was started before it was ready. */
  readonly starts: number
}

export interface NemesisOptions {
  readonly nodes: readonly ServerProcess[]
  readonly mongo: MongoServer
  readonly targets: readonly Target[]
  readonly forMs: number
  /** From the end of one disturbance to the next; each is up to half of it earlier or later. */
  readonly periodMs: number
  readonly random: Random
}

/** With two targets each has a nemesis of its own, and they strike as it happens. */
export async function disturb(options: NemesisOptions): Promise<Disturbance[]> {
  const all = await Promise.all(options.targets.map((target) => disturbOne(target, options)))
  return all.flat().toSorted((a, b) => a.at - b.at)
}

async function disturbOne(target: Target, options: NemesisOptions): Promise<Disturbance[]> {
  const { forMs, periodMs, random } = options
  const disturbances: Disturbance[] = []
  const end = performance.now() + forMs
  for (;;) {
    await pause(periodMs * (0.5 + random()))
    if (performance.now() > end) return disturbances
    const at = performance.now()
    const struck = target === 'database' ? await strikeDatabase(options) : await strikeProcesses(options)
    disturbances.push({ target, ...struck, at, endedAt: performance.now() })
  }
}

type Struck = Pick<Disturbance, 'what' | 'nodes' | 'starts'>

async function strikeDatabase({ mongo, random }: NemesisOptions): Promise<Struck> {
  if (random() < 0.4) {
    await mongo.pause()
    await pause(1000 + 4000 * random())
    mongo.resume()
    return { what: 'frozen', nodes: [], starts: 0 }
  }
  await mongo.kill()
  await pause(2000 * random())
  await mongo.start()
  return { what: 'killed', nodes: [], starts: 0 }
}

/** Mostly one of them, sometimes two, now and then all. */
async function strikeProcesses({ nodes, random }: NemesisOptions): Promise<Struck> {
  const order = nodes.map((_, number) => ({ number, rank: random() })).toSorted((a, b) => a.rank - b.rank)
  const kind = random()
  const count = kind < 0.75 ? 1 : kind < 0.9 ? Math.min(2, nodes.length) : nodes.length
  const chosen = order.slice(0, count).map(({ number }) => number)
  const processes = chosen.flatMap((number) => nodes[number] ?? [])
  if (count === 1 && random() < 0.25) {
    await Promise.all(processes.map((node) => node.pause()))
    await pause(1000 + 5000 * random())
    for (const node of processes) node.resume()
    return { what: 'frozen', nodes: chosen, starts: 0 }
  }
  await Promise.all(processes.map((node) => node.kill()))
  await pause(1500 * random())
  const starts = await Promise.all(processes.map(startAgain))
  return { what: 'killed', nodes: chosen, starts: starts.reduce((sum, n) => sum + n, 0) }
}

/** As a supervisor does: without a database it ends again and again. @returns how many starts it took */
async function startAgain(node: ServerProcess): Promise<number> {
  let starts = 0
  const start = () => {
    starts += 1
    return node.start().then(() => starts)
  }
  return until(`the process at ${node.port} is back`, start, { withinMs: 300_000, everyMs: 200 })
}
