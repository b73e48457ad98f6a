/**
 * What passes between the processes and the database, counted by a proxy that reads all of it. That costs as much as it
 * tells, so nothing is timed here.
 */

import { startMongoProxy } from '../../testing/mongodb/wire/mongo-proxy.ts'
import type { Command } from '../../testing/mongodb/wire/traffic.ts'
import type { MongoBench } from '../kit/storages.ts'
import { openCluster, type Shape } from './cluster.ts'
import { measure } from './measure.ts'

export interface Counted extends Shape {
  readonly clients: number
  readonly posts: number
  readonly transactions: number
  /** Transactions that found another one at its turn, and were begun again. */
  readonly conflicts: number
  readonly conflictsPerTransaction: number
  /** Round trips of the transactions that were stored. */
  readonly tripsPerTransaction: number
  /** Round trips of everything else: what requests read before they write, and the feed. */
  readonly otherTripsPerPost: number
}

export interface CountOptions {
  readonly database: MongoBench
  readonly shapes: readonly Shape[]
  readonly clientCounts: readonly number[]
  readonly measureMs: number
}

export async function count({ database, shapes, clientCounts, measureMs }: CountOptions): Promise<Counted[]> {
  const proxy = await startMongoProxy(database.newUrl())
  const cluster = await openCluster(proxy.url)
  const counted: Counted[] = []
  for (const shape of shapes) {
    await cluster.resize(shape.processes)
    for (const clients of clientCounts) {
      const before = proxy.commands.length
      const number = 0x8000 + counted.length
      const { each } = await measure({ cluster, database, writers: shape.writers, clients, measureMs, number })
      const posts = each.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
      counted.push({ ...shape, clients, posts, ...figures(proxy.commands.slice(before), posts) })
    }
  }
  await cluster.close()
  await proxy.close()
  return counted
}

function figures(commands: readonly Command[], posts: number) {
  const inside = commands.filter(({ body }) => body['autocommit'] === false)
  const begun = inside.filter(({ body }) => body['startTransaction'] === true).length
  const transactions = inside.filter(({ name }) => name === 'commitTransaction').length
  const conflicts = begun - transactions
  return {
    transactions,
    conflicts,
    conflictsPerTransaction: conflicts / transactions,
    // Of one that is begun again: its turn, and that it is given up.
    tripsPerTransaction: (inside.length - 2 * conflicts) / transactions,
    otherTripsPerPost: (commands.length - inside.length) / posts,
  }
}
