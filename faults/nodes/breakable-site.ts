/** A site of which a test may break everything: its database, the processes, and the connection between them. */

import { randomUUID } from 'node:crypto'
import { onTestFinished, type TestContext } from 'vitest'
import { databaseUrl } from '../../testing/mongodb/database-url.ts'
import { ownMongo } from '../../testing/mongodb/own-mongo.ts'
import { startMongoProxy, type MongoProxy } from '../../testing/mongodb/wire/mongo-proxy.ts'
import { get } from '../kit/http.ts'
import { postMessage, type Posted, type Post } from '../kit/post-message.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { follow, type Follower } from './follower.ts'
import type { MongoServer } from '../../testing/mongodb/mongo-server.ts'
import type { ServerProcess } from '../kit/server-process.ts'

export interface BreakableSite extends Cluster<'anna', 'red'> {
  readonly mongo: MongoServer
  /** Between each process and the database. */
  readonly wires: readonly MongoProxy[]
  /** The personal feed and the room's, from now on, through the proxy or at one process. */
  readonly followers: (at?: ServerProcess) => Promise<Follower[]>
  /** Until there is an answer, through the proxy or at one process. */
  readonly post: (text: string, options?: PostOptions) => Promise<Posted>
}

interface PostOptions extends Partial<Pick<Post, 'id' | 'onAttempt'>> {
  readonly at?: ServerProcess
}

/** Goes with the test, which is skipped where no MongoDB can be started. */
export async function aBreakableSite(context: TestContext, processes: number): Promise<BreakableSite> {
  const mongo = await ownMongo(context, { isDurable: true })
  const [first, ...others] = await Promise.all(Array.from({ length: processes }, () => aWire(mongo)))
  if (first === undefined) throw new Error('a site has one process at least')
  const wires = [first, ...others]
  const urls = others.map(({ url }) => url)
  const cluster = await startCluster({ databaseUrls: [first.url, ...urls], users: ['anna'], rooms: ['red'] })
  onTestFinished(() => cluster.close())
  const { proxy, tokens } = cluster
  const token = tokens.anna
  return {
    ...cluster,
    mongo,
    wires,
    followers: async (at) => {
      const { cursor }: { cursor: string } = await get(`${at?.url ?? proxy.url}/api/sync`, token)
      return ['/api/feed', '/api/rooms/red/feed'].map((path) => {
        const follower = follow({ port: at?.port ?? proxy.port, path, token, cursor })
        onTestFinished(() => follower.reader.close())
        return follower
      })
    },
    post: (text, { at, id = randomUUID(), ...options } = {}) =>
      postMessage({ url: at?.url ?? proxy.url, token, room: 'red', text, id, withinMs: 60_000, ...options }),
  }
}

async function aWire(mongo: MongoServer): Promise<MongoProxy> {
  const wire = await startMongoProxy(databaseUrl(mongo.url, 'suda'))
  onTestFinished(() => wire.close())
  return wire
}
