/** Several server processes of one site, on one database, behind a proxy that sends clients to any of them. */

import { startRoundRobin, type RoundRobin } from '../kit/round-robin.ts'
import { ServerProcess } from '../kit/server-process.ts'
import { startSite, type TestSite } from '../kit/site.ts'

export interface ClusterOptions<User extends string, Room extends string> {
  readonly databaseUrl: string
  /** Of processes; 3 if nothing is said. */
  readonly count?: number
  /** The first is the owner. */
  readonly users: readonly [User, ...User[]]
  /** Everybody is a member of every room. */
  readonly rooms: readonly Room[]
}

export interface Cluster<User extends string = string, Room extends string = string> extends Pick<
  TestSite<User, Room>,
  'tokens' | 'rooms'
> {
  readonly nodes: readonly ServerProcess[]
  readonly proxy: RoundRobin
  close(): Promise<void>
}

export async function startCluster<User extends string, Room extends string>({
  databaseUrl,
  count = 3,
  ...people
}: ClusterOptions<User, Room>): Promise<Cluster<User, Room>> {
  const { server, tokens, rooms } = await startSite({ ...people, databaseUrl })
  const nodes = [server]
  const closeNodes = () => Promise.all(nodes.map((node) => node.close()))
  try {
    while (nodes.length < count) nodes.push(await ServerProcess.start({ databaseUrl }))
    const proxy = await startRoundRobin(nodes.map(({ port }) => port))
    const close = async () => {
      proxy.close()
      await closeNodes()
    }
    return { tokens, rooms, nodes, proxy, close }
  } catch (error) {
    await closeNodes()
    throw error
  }
}
