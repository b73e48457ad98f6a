/** So many clients, spread over the processes of a cluster. */

import { median } from '../kit/circumstances.ts'
import type { ClosedLoopFigures, ClosedLoopOptions } from '../kit/closed-loop.ts'
import { inOwnProcess } from '../kit/own-process.ts'
import type { BenchStorage } from '../kit/storages.ts'
import type { Cluster } from './cluster.ts'

export interface Measured {
  readonly processes: number
  /** Of them, how many have clients; the others only follow the log. */
  readonly writers: number
  readonly clients: number
  readonly perSecond: number
  readonly postsPerTransaction: number
  /** Of each process. */
  readonly each: readonly ClosedLoopFigures[]
  /** The smallest and the largest part of all posts that one process had. */
  readonly shares: readonly [number, number]
  /** The slowest process's p99 against the fastest's. */
  readonly spread: number
  /** Processor time of all servers, and of the database where it is a process of this machine. */
  readonly serverMicrosPerPost: number
  readonly databaseMicrosPerPost: number | undefined
  readonly refused: number
  /** Acknowledged messages that are not in history, and messages that are there twice. */
  readonly lost: number
  readonly twice: number
}

export interface MeasureOptions {
  readonly cluster: Cluster
  readonly database: BenchStorage
  readonly writers: number
  readonly clients: number
  readonly measureMs: number
  /** Of 16 bits, for the ids of this measurement. */
  readonly number: number
}

export async function measure(options: MeasureOptions): Promise<Measured> {
  const { cluster, database, clients, writers } = options
  const after = await cluster.lastSeq()
  const before = { groups: await cluster.groups(), server: serverMs(cluster), database: database.cpuMs() }
  const module = new URL('./generator.ts', import.meta.url)
  const each = await inOwnProcess<ClosedLoopFigures[]>(module, loops(options))
  const acknowledged = total(each, (figures) => figures.acknowledged)
  const microsPerPost = (ms: number) => (ms * 1000) / acknowledged
  const serverMicrosPerPost = microsPerPost(serverMs(cluster) - before.server)
  const databaseMs = database.cpuMs()
  const ids = await cluster.idsAfter(after)
  const distinct = new Set(ids).size
  return {
    processes: cluster.servers.length,
    writers,
    clients,
    perSecond: total(each, (figures) => figures.perSecond),
    postsPerTransaction: acknowledged / ((await cluster.groups()) - before.groups),
    each,
    ...fairness(each),
    serverMicrosPerPost,
    databaseMicrosPerPost: databaseMs === undefined ? undefined : microsPerPost(databaseMs - (before.database ?? 0)),
    refused: total(each, (figures) => figures.refused),
    lost: acknowledged - distinct,
    twice: ids.length - distinct,
  }
}

function loops({ cluster, clients, measureMs, number, writers }: MeasureOptions): ClosedLoopOptions[] {
  return cluster.servers.slice(0, writers).map((server, i) => ({
    target: cluster.target(server),
    clients: Math.floor((clients + i) / writers),
    warmUpMs: 1000,
    measureMs,
    run: (0xa0000000 + number * 0x100 + i).toString(16),
  }))
}

function serverMs({ servers }: Cluster): number {
  return servers.reduce((ms, server) => ms + server.cpuMs(), 0)
}

function fairness(each: readonly ClosedLoopFigures[]): Pick<Measured, 'shares' | 'spread'> {
  const all = total(each, (figures) => figures.acknowledged)
  const shares = each.map(({ acknowledged }) => acknowledged / all)
  const p99s = each.map(({ toAnswer }) => toAnswer.p99)
  return { shares: [Math.min(...shares), Math.max(...shares)], spread: Math.max(...p99s) / Math.min(...p99s) }
}

function total(each: readonly ClosedLoopFigures[], figure: (figures: ClosedLoopFigures) => number): number {
  return each.reduce((sum, figures) => sum + figure(figures), 0)
}

export function summary(own: readonly Measured[]) {
  const of = (figure: (measured: Measured) => number) => median(own.map(figure))
  const worst = (measured: Measured, p: 'p50' | 'p99') => Math.max(...measured.each.map(({ toAnswer }) => toAnswer[p]))
  return {
    clients: own[0]?.clients,
    processes: own[0]?.processes,
    writers: own[0]?.writers,
    'posts/s': Math.round(of((measured) => measured.perSecond)),
    'posts/transaction': Number(of((measured) => measured.postsPerTransaction).toFixed(1)),
    'transactions/s': Math.round(of((measured) => measured.perSecond / measured.postsPerTransaction)),
    'slowest p50, ms': Math.round(of((measured) => worst(measured, 'p50'))),
    'slowest p99, ms': Math.round(of((measured) => worst(measured, 'p99'))),
    'p99 spread': Number(of((measured) => measured.spread).toFixed(2)),
    'smallest share, %': Math.round(100 * of((measured) => measured.shares[0])),
    'servers, us/post': Math.round(of((measured) => measured.serverMicrosPerPost)),
    'database, us/post': Math.round(of((measured) => measured.databaseMicrosPerPost ?? Number.NaN)),
    lost: own.reduce((sum, { lost }) => sum + lost, 0),
    twice: own.reduce((sum, { twice }) => sum + twice, 0),
  }
}
