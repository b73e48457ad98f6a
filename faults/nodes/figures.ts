/** What a run came to, as a table. */

import { percentiles } from '../kit/percentiles.ts'
import type { Run } from '../checker/history.ts'
import type { WriterFigures } from '../kill/writers.ts'
import type { Client } from './clients.ts'
import type { Disturbance } from './nemesis.ts'

export type Figures = Readonly<Record<string, number | string>>

export interface Facts {
  readonly run: Run
  readonly clients: readonly Client[]
  readonly written: readonly WriterFigures[]
  /** How often an attempt to post was answered so, or with no answer at all. */
  readonly attempts: ReadonlyMap<number | 'none', number>
  readonly disturbances: readonly Disturbance[]
}

export function figuresOf(facts: Facts): Figures {
  return { ...ofDisturbances(facts), ...ofPosts(facts), ...ofStreams(facts), ...ofTimes(facts), ...ofOutages(facts) }
}

function ofDisturbances({ disturbances }: Facts): Figures {
  const counts: Record<string, number> = {}
  for (const { nodes, target, what } of disturbances) {
    const name = target === 'database' ? `database ${what}` : `processes ${what}`
    counts[name] = (counts[name] ?? 0) + Math.max(1, nodes.length)
  }
  return counts
}

function ofPosts({ attempts, run, written }: Facts): Figures {
  const sum = (key: keyof WriterFigures) => written.reduce((total, figures) => total + figures[key], 0)
  return {
    acknowledged: sum('acknowledged'),
    'acknowledged after a retry': sum('retried'),
    'of these stored at the first try': sum('answeredAgain'),
    'answers 503': attempts.get(503) ?? 0,
    'no answer': attempts.get('none') ?? 0,
    'other answers': [...attempts].reduce((others, [status, n]) => (told.has(status) ? others : others + n), 0),
    stored: count(run, 'stored'),
    deliveries: count(run, 'seen'),
  }
}

const told = new Set<number | 'none'>([200, 201, 503, 'none'])

function ofStreams({ clients }: Facts): Figures {
  const all = clients.flatMap(({ greetings }) => greetings)
  return {
    'stream connections': clients.reduce((total, { reader }) => total + reader.connections, 0),
    hellos: all.length,
    resumed: all.filter(({ resumed }) => resumed).length,
    'resumed on another process': clients.reduce((total, client) => total + movesOf(client), 0),
    'cursors parked': all.filter(({ isParked }) => isParked).length,
    resets: clients.reduce((total, { resets }) => total + resets.length, 0),
    byes: clients.reduce((total, { reader }) => total + reader.byes.length, 0),
    'streams refused for good': clients.reduce((total, { reader }) => total + reader.refusals.length, 0),
  }
}

function movesOf({ greetings }: Client): number {
  return greetings.filter(({ node, resumed }, i) => i > 0 && resumed && node !== greetings[i - 1]?.node).length
}

function ofTimes({ run }: Facts): Figures {
  const invokedAt = new Map<string, number>()
  const [acks, deliveries]: [number[], number[]] = [[], []]
  for (const record of run.records) {
    if (record.type === 'invoke') invokedAt.set(record.key, record.t)
    const from = 'key' in record ? invokedAt.get(record.key) : undefined
    if (from === undefined) continue
    if (record.type === 'ok') acks.push(record.t - from)
    if (record.type === 'seen') deliveries.push(record.t - from)
  }
  return { ...inMs('post to ack', acks), ...inMs('post to delivery', deliveries) }
}

/** Without service: until a message is acknowledged that was sent after the blow, and until each stream it cut is back. */
function ofOutages({ clients, disturbances, run }: Facts): Figures {
  const figures = [...Map.groupBy(disturbances, blowOf)].map(([blow, all]) => ({
    ...inMs(
      `no posts: ${blow}`,
      all.map(({ at }) => firstAckAfter(run, at) - at),
    ),
    ...inMs(
      `no stream: ${blow}`,
      all.flatMap((kill) => clients.flatMap((client) => backAfter(client, kill))),
    ),
  }))
  return Object.assign({}, ...figures, ofStarts(disturbances))
}

function ofStarts(disturbances: readonly Disturbance[]): Figures {
  const kills = disturbances.filter(({ starts }) => starts > 0)
  return {
    'starts of processes': kills.reduce((sum, kill) => sum + kill.starts, 0),
    ...inMs(
      'processes are back after a kill',
      kills.map(({ at, endedAt }) => endedAt - at),
    ),
  }
}

function blowOf({ nodes, target, what }: Disturbance): string {
  if (target === 'database') return `database ${what}`
  return nodes.length === 1 ? `a process ${what}` : `${nodes.length} processes ${what}`
}

function firstAckAfter({ records }: Run, at: number): number {
  const sent = new Set<string>()
  for (const record of records) {
    if (record.type === 'invoke' && record.t >= at) sent.add(record.key)
    if (record.type === 'ok' && sent.has(record.key)) return record.t
  }
  return Number.NaN
}

function backAfter({ greetings }: Client, { at, nodes, what }: Disturbance): number[] {
  if (what !== 'killed') return []
  const before = greetings.findLast(({ t }) => t < at)
  const next = greetings.find(({ t }) => t >= at)
  return before?.node !== undefined && next !== undefined && nodes.includes(before.node) ? [next.t - at] : []
}

function inMs(what: string, values: readonly number[]): Figures {
  if (values.length === 0) return {}
  const { max, p50, p99 } = percentiles(values)
  return { [`${what}, p50/p99/max ms`]: [p50, p99, max].map(Math.round).join(' / ') }
}

const count = ({ records }: Run, type: 'seen' | 'stored') => records.filter((record) => record.type === type).length
