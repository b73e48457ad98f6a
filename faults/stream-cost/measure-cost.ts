/** What a post costs the database while so many streams are open that the post does not concern. */

import { databaseUrl } from '../../testing/mongodb/database-url.ts'
import { startMongoProxy, type MongoProxy } from '../../testing/mongodb/wire/mongo-proxy.ts'
import { cpuMsOf } from '../kit/cpu-ms.ts'
import { postMessage } from '../kit/post-message.ts'
import { openRawStream, type RawStream } from '../kit/raw-stream.ts'
import { ServerProcess } from '../kit/server-process.ts'
import { startSite, type TestSite } from '../kit/site.ts'
import { until } from '../kit/until.ts'
import { askedPerPost } from './asked-per-post.ts'
import type { MongoServer } from '../../testing/mongodb/mongo-server.ts'

export interface CostOptions {
  readonly mongo: MongoServer
  /** Ascending. */
  readonly streamCounts: readonly number[]
  readonly posts: number
}

export interface Cost {
  readonly streams: number
  /** Change streams that the process has open at the database. */
  readonly changeStreams: number
  /** Commands that a post asks of the database, by name and collection. */
  readonly perPost: Readonly<Record<string, number>>
  /** Answers of the change stream, the empty ones of each second too. */
  readonly answers: number
  readonly seconds: number
  readonly databaseMsPerPost: number
  readonly serverMsPerPost: number
}

type Site = TestSite<'anna' | 'boris', 'loud' | 'quiet'>

export async function measureCost({ mongo, posts, streamCounts }: CostOptions): Promise<Cost[]> {
  const url = databaseUrl(mongo.url, 'suda')
  const site = await startSite({ databaseUrl: url, users: ['anna', 'boris'], rooms: ['loud', 'quiet'] })
  // What made the site is not to be seen: the proxy has one client, and that is what is measured.
  await site.server.stop()
  const wire = await startMongoProxy(url)
  const server = await ServerProcess.start({ databaseUrl: wire.url })
  const streams: RawStream[] = []
  try {
    const costs: Cost[] = []
    for (const count of streamCounts) {
      while (streams.length < count)
        streams.push(...(await openStreams({ ...site, server }, Math.min(50, count - streams.length))))
      costs.push({ streams: count, ...(await measure({ ...site, server }, { mongo, posts, wire })) })
    }
    return costs
  } finally {
    for (const { socket } of streams) socket.destroy()
    await server.close()
    await site.close()
    await wire.close()
  }
}

/** Of a room that nobody writes to. */
async function openStreams({ rooms, server, tokens }: Site, count: number): Promise<RawStream[]> {
  let greeted = 0
  const streams = Array.from({ length: count }, () =>
    openRawStream({
      port: server.port,
      path: `/api/rooms/${rooms.quiet}/feed`,
      headers: { accept: 'text/event-stream', authorization: `Bearer ${tokens.boris}` },
      onEvent: ({ event }) => (greeted += event === 'messages' ? 1 : 0),
    }),
  )
  await until('all streams are open', () => greeted === count, { withinMs: 60_000 })
  return streams
}

interface Measured extends Pick<CostOptions, 'mongo' | 'posts'> {
  readonly wire: MongoProxy
}

async function measure({ server, tokens }: Site, { mongo, posts, wire }: Measured): Promise<Omit<Cost, 'streams'>> {
  const post = () => postMessage({ url: server.url, token: tokens.anna, room: 'loud', text: 'x'.repeat(100) })
  for (let n = 0; n < 10; n += 1) await post()
  const before = { asked: wire.commands.length, database: cpuMsOf(mongo.pid), server: server.cpuMs() }
  const startedAt = performance.now()
  for (let n = 0; n < posts; n += 1) await post()
  const asked = wire.commands.slice(before.asked)
  return {
    changeStreams: wire.openStreams.length,
    perPost: askedPerPost(asked, posts),
    answers: asked.filter(({ name }) => name === 'getMore').length,
    seconds: (performance.now() - startedAt) / 1000,
    databaseMsPerPost: (cpuMsOf(mongo.pid) - before.database) / posts,
    serverMsPerPost: (server.cpuMs() - before.server) / posts,
  }
}
