/** The storages that a bench compares: `--storage sqlite`, `mongodb` or `both`. */

import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { cpuMsOf } from '../../faults/kit/cpu-ms.ts'
import { databaseUrl } from '../../testing/mongodb/database-url.ts'
import { someMongo } from '../../testing/mongodb/some-mongo.ts'

export interface BenchStorage {
  readonly storage: 'sqlite' | 'mongodb'
  /** What stores, with its version. */
  readonly database: string
  /** Of a new database, which goes with `close`; undefined where a folder is all that it takes. */
  readonly newUrl: () => string | undefined
  /** Processor time so far of the process that stores, if it is one of its own and of this machine. */
  readonly cpuMs: () => number | undefined
  close(): Promise<void>
}

export interface MongoBench extends BenchStorage {
  readonly newUrl: () => string
}

export async function openStorages(which: string): Promise<BenchStorage[]> {
  if (which === 'sqlite') return [sqlite()]
  if (which === 'mongodb') return [await mongodb()]
  if (which === 'both') return [sqlite(), await mongodb()]
  throw new Error(`--storage is sqlite, mongodb or both, not ${which}`)
}

function sqlite(): BenchStorage {
  return {
    storage: 'sqlite',
    database: `SQLite ${process.versions.sqlite}`,
    newUrl: () => undefined,
    cpuMs: () => undefined,
    close: () => Promise.resolve(),
  }
}

/** Durable: what it acknowledged is on the disk. */
export async function mongodb(): Promise<MongoBench> {
  const server = await someMongo({ isDurable: true })
  const { name, url, pid } = server
  const names: string[] = []
  return {
    storage: 'mongodb',
    database: name,
    newUrl: () => {
      names.push(`suda-bench-${randomUUID()}`)
      return databaseUrl(url, names.at(-1) ?? '')
    },
    cpuMs: () => (pid === undefined ? undefined : cpuMsOf(pid)),
    close: async () => {
      if (pid === undefined) await drop(url, names)
      await server.close()
    },
  }
}

async function drop(url: string, names: readonly string[]): Promise<void> {
  await using client = new MongoClient(url)
  for (const name of names) await client.db(name).dropDatabase()
}
