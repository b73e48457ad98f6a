/** One site on one MongoDB, served by as many processes as are asked for. */

import { readHistory } from '../../faults/kit/room-history.ts'
import { ServerProcess } from '../../faults/kit/server-process.ts'
import { startSite } from '../../faults/kit/site.ts'
import type { Target } from '../kit/lean-connection.ts'

export interface Shape {
  readonly processes: number
  /** How many of them have clients. */
  readonly writers: number
}

export interface Cluster {
  /** Those that serve now. */
  readonly servers: readonly ServerProcess[]
  /** Starts or stops processes until there are so many: one that only stood by would follow the log all the same. */
  resize(processes: number): Promise<void>
  target(server: ServerProcess): Target
  lastSeq(): Promise<number>
  /** Of the messages behind a seq. */
  idsAfter(seq: number): Promise<string[]>
  /** Transactions that all of them stored, refused commands included. */
  groups(): Promise<number>
  close(): Promise<void>
}

export async function openCluster(databaseUrl: string): Promise<Cluster> {
  const site = await startSite({ users: ['anna'], rooms: ['bench'], isCompiled: true, databaseUrl })
  const { server, rooms, tokens } = site
  const servers = [server]
  const path = `/api/rooms/${rooms.bench}/messages`
  return {
    servers,
    async resize(processes) {
      while (servers.length > processes) await servers.pop()?.close()
      while (servers.length < processes) servers.push(await ServerProcess.start({ isCompiled: true, databaseUrl }))
    },
    target: ({ port }) => ({ port, path, token: tokens.anna, text: 'hello '.repeat(16) }),
    async lastSeq() {
      const headers = { authorization: `Bearer ${tokens.anna}` }
      const { room } = (await (await fetch(`${server.url}/api/rooms/bench`, { headers })).json()) as LastSeq
      return room.lastSeq
    },
    async idsAfter(after) {
      const history = await readHistory({ url: server.url, token: tokens.anna, room: 'bench', after })
      return history.map(({ id }) => id)
    },
    async groups() {
      const counts = await Promise.all(servers.map(groupsOf))
      return counts.reduce((total, count) => total + count, 0)
    },
    async close() {
      for (const other of servers.slice(1)) await other.close()
      await site.close()
    },
  }
}

interface LastSeq {
  readonly room: { readonly lastSeq: number }
}

async function groupsOf({ url }: ServerProcess): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^suda_commit_groups_total (\d+)/m.exec(metrics)?.[1])
}
