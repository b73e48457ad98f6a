import { formatCursor } from '@suda/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import type { Client } from '../testing/a-client.ts'
import { aSharedSite, at, type SharedSite } from '../testing/a-shared-site.ts'
import { openEvents, type Events, type ReceivedEvent } from '../testing/open-events.ts'

const STREAMS = 100
/** Of a test, on a machine with other things to do. */
const MOST_MS = 60_000

test(
  'DL14: a process leaves its streams to the others little by little, and nobody misses anything',
  { timeout: MOST_MS },
  async () => {
    const { alice, cursor, site } = await aRoom()
    const [stopping, staying] = await startTwo(site, ['--stop-seconds', '6'])
    const streams = await openMany(at(stopping, alice), STREAMS, cursor)
    const told = streams.map((stream) => follow(stream))
    const from = performance.now()

    stopping.kill('SIGTERM')
    await expect.poll(() => healthOf(stopping)).toEqual([503, 'stopping'])
    const late = await openEvents(at(stopping, alice), '/api/feed')
    expect((await late.until('bye')).data).toEqual({ reason: 'shutdown', reconnect: true })
    const posted = await at(stopping, alice).post('/api/rooms/general/messages', { text: 'at the old one' })
    expect(posted).toMatchObject({ status: 201 })
    expect(posted.headers.get('connection')).toBe('close')
    await streams[0]?.ended
    await at(staying, alice).post('/api/rooms/general/messages', { text: 'at the new one' })

    expect(await stopping.ended).toMatchObject({ code: 0 })
    expect(performance.now() - from).toBeLessThan(8_000)
    const readers = await Promise.all(told)
    const ends = readers.map(({ endedAt }) => endedAt - from).toSorted((a, b) => a - b)
    expect((ends.at(-1) ?? 0) - (ends[0] ?? 0)).toBeGreaterThan(2_500)
    expect(mostWithin(ends, 500)).toBeLessThan(STREAMS / 2)
    for (const { events } of readers) {
      expect(events.at(-1)).toMatchObject({ event: 'bye', data: { reason: 'shutdown', reconnect: true } })
      const again = await missed(at(staying, alice), lastId(events) ?? cursor)
      expect([...textsOf(events.map(({ data }) => data)), ...again]).toEqual(['at the old one', 'at the new one'])
    }
  },
)

test('DL14: a second signal ends it at once, however many streams there are', { timeout: MOST_MS }, async () => {
  const { alice, site } = await aRoom()
  const [stopping] = await startTwo(site, [])
  const streams = await openMany(at(stopping, alice), 2 * STREAMS)

  stopping.kill('SIGTERM')
  await expect.poll(() => healthOf(stopping)).toEqual([503, 'stopping'])
  stopping.kill('SIGTERM')
  await Promise.all(streams.slice(0, 30).map(({ ended }) => ended)) // 20 a second
  const from = performance.now()
  stopping.kill('SIGTERM')

  expect(await stopping.ended).toMatchObject({ code: 0 })
  expect(performance.now() - from).toBeLessThan(2_500)
  for (const stream of streams) expect((await stream.until('bye')).data).toMatchObject({ reason: 'shutdown' })
})

test(
  'DL14: processes that all stop, or the last of them, do not wait for each other',
  { timeout: MOST_MS },
  async () => {
    const { alice, site } = await aRoom()
    const nodes = await startTwo(site, [])
    await Promise.all(nodes.map((node) => openMany(at(node, alice), STREAMS)))
    const from = performance.now()

    for (const node of nodes) node.kill('SIGTERM')

    for (const node of nodes) expect(await node.ended).toMatchObject({ code: 0 })
    expect(performance.now() - from).toBeLessThan(6_000)
  },
)

test('DL14: a database that does not answer keeps no process', { timeout: MOST_MS }, async () => {
  const { alice, site } = await aRoom()
  const proxy = await startMongoProxy(site.databaseUrl)
  onTestFinished(() => proxy.close())
  const [stopping] = [await site.startNode([], proxy.url), await site.startNode()]
  const [stream] = await openMany(at(stopping, alice), 1)
  proxy.freeze()
  const from = performance.now()

  stopping.kill('SIGTERM')

  expect(await stopping.ended).toMatchObject({ code: 0 })
  expect(performance.now() - from).toBeLessThan(8_000)
  expect((await stream?.until('bye'))?.data).toMatchObject({ reason: 'shutdown' })
})

async function aRoom() {
  const site = await aSharedSite()
  const alice = await site.addUser('alice')
  await site.addRoom('general', { owner: alice })
  const { epoch, position } = await site.storage.head()
  return { site, alice, cursor: formatCursor(epoch, position) }
}

async function healthOf({ url }: { readonly url: string }): Promise<[number, unknown]> {
  const response = await fetch(`${url}/health`)
  const { status } = (await response.json()) as { readonly status: unknown }
  return [response.status, status]
}

function startTwo(site: SharedSite, args: readonly string[]) {
  const start = () => site.startNode(['--rate-limits', 'off', ...args])
  return Promise.all([start(), start()])
}

async function openMany(client: Client, count: number, cursor?: string): Promise<Events[]> {
  const path = cursor === undefined ? '/api/feed' : `/api/feed?cursor=${cursor}`
  const streams = await Promise.all(Array.from({ length: count }, () => openEvents(client, path)))
  for (const stream of streams) await stream.until('hello')
  return streams
}

/** Everything up to the end of the stream, and when that was. */
async function follow(stream: Events): Promise<{ events: ReceivedEvent[]; endedAt: number }> {
  await stream.ended
  return { events: [...stream.waiting], endedAt: performance.now() }
}

function lastId(events: readonly ReceivedEvent[]): string | undefined {
  return events.findLast(({ id }) => id !== undefined)?.id
}

async function missed(client: Client, cursor: string): Promise<string[]> {
  const { body } = await client.get(`/api/feed?cursor=${cursor}`, { headers: { accept: 'application/json' } })
  return textsOf(body.changes)
}

function textsOf(changes: readonly { payload?: { message?: { text: string } } }[]): string[] {
  return changes.flatMap(({ payload }) => payload?.message?.text ?? [])
}

/** The largest number of sorted times that lie so close together. */
function mostWithin(times: readonly number[], ms: number): number {
  return Math.max(...times.map((time) => times.filter((other) => other >= time && other - time < ms).length))
}
