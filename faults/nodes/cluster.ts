/** Several server processes of one site, on one database, behind a proxy that sends clients to any of them. */

import { startRoundRobin, type RoundRobin } from '../kit/round-robin.ts'
import { ServerProcess } from '../kit/server-process.ts'
import { startSite, type TestSite } from '../kit/site.ts'

export interface ClusterOptions<User extends string, Room extends string> {
  /** Of the one database, as each process is to reach it: there are as many processes. */
  readonly databaseUrls: readonly [string, ...string[]]
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
  databaseUrls: [first, ...others],
  ...people
}: ClusterOptions<User, Room>): Promise<Cluster<User, Room>> {
  const { server, tokens, rooms } = await startSite({ ...people, databaseUrl: first })
  const nodes = [server]
  const closeNodes = () => Promise.all(nodes.map((node) => node.close()))
  try {
    for (const databaseUrl of others) nodes.push(await ServerProcess.start({ databaseUrl }))
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
