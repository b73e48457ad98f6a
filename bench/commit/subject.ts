/** What is measured on one storage: a server with one room that everybody posts to. */

import { readHistory } from '../../faults/kit/room-history.ts'
import type { ServerProcess } from '../../faults/kit/server-process.ts'
import { startSite } from '../../faults/kit/site.ts'
import { numberIn, type Target } from '../kit/lean-connection.ts'
import { inOwnProcess } from '../kit/own-process.ts'
import type { ClosedLoopFigures } from '../kit/closed-loop.ts'
import type { BenchStorage } from '../kit/storages.ts'
import type { BareOptions } from './bare-sqlite.ts'
import { generate, text } from './ceiling.ts'

export interface Measured {
  readonly clients: number
  readonly bare: number
  readonly http: ClosedLoopFigures
  /** Processor time for a post, in all threads: of the server, and of the database where it is another process. */
  readonly cpuMicrosPerPost: number
  readonly databaseCpuMicrosPerPost: number | undefined
  /** Acknowledged messages that are not in history, and messages that are there twice. */
  readonly lost: number
  readonly twice: number
}

interface MeasureOptions {
  readonly clients: number
  readonly measureMs: number
  readonly run: string
}

export interface Subject {
  readonly storage: BenchStorage['storage']
  readonly server: ServerProcess
  measure(options: MeasureOptions): Promise<Measured>
  close(): Promise<void>
}

const BARE = {
  sqlite: new URL('./bare-sqlite.ts', import.meta.url),
  mongodb: new URL('./bare-mongodb.ts', import.meta.url),
}

export async function openSubject(storage: BenchStorage): Promise<Subject> {
  const url = storage.newUrl()
  const database = url === undefined ? {} : { databaseUrl: url }
  const site = await startSite({ users: ['anna'], rooms: ['bench'], isCompiled: true, ...database })
  const { server, tokens, rooms } = site
  const target: Target = { port: server.port, path: `/api/rooms/${rooms.bench}/messages`, token: tokens.anna, text }
  return { storage: storage.storage, server, measure, close: () => site.close() }

  async function measure({ clients, measureMs, run }: MeasureOptions): Promise<Measured> {
    const bare = await measureBare({ url: storage.newUrl(), groupSize: clients, measureMs })
    const after = await lastSeq()
    const before = { server: server.cpuMs(), database: storage.cpuMs() ?? Number.NaN }
    const http = await generate({ target, clients, warmUpMs: 1000, measureMs, run })
    const microsPerPost = (ms: number) => (ms * 1000) / http.acknowledged
    const cpuMicrosPerPost = microsPerPost(server.cpuMs() - before.server)
    const databaseMs = storage.cpuMs()
    const stored = await numbersAfter(after)
    const distinct = new Set(stored).size
    return {
      clients,
      bare,
      http,
      cpuMicrosPerPost,
      databaseCpuMicrosPerPost: databaseMs === undefined ? undefined : microsPerPost(databaseMs - before.database),
      lost: http.acknowledged - distinct,
      twice: stored.length - distinct,
    }
  }

  async function measureBare(options: BareOptions): Promise<number> {
    return (await inOwnProcess<{ perSecond: number }>(BARE[storage.storage], options)).perSecond
  }

  async function lastSeq(): Promise<number> {
    const answer = await fetch(`${server.url}/api/rooms/bench`, { headers: { authorization: `Bearer ${tokens.anna}` } })
    const { room } = (await answer.json()) as { room: { lastSeq: number } }
    return room.lastSeq
  }

  async function numbersAfter(after: number): Promise<number[]> {
    const history = await readHistory({ url: server.url, token: tokens.anna, room: 'bench', after })
    return history.map(({ id }) => numberIn(id))
  }
}
