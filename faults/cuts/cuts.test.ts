import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { formatCursor, parseCursor } from '@suda/protocol'
import { call, get } from '../kit/http.ts'
import { postMessage } from '../kit/post-message.ts'
import { startProxy } from '../kit/proxy.ts'
import { startSite, type TestSite } from '../kit/site.ts'
import { cutPlaces } from './cut-places.ts'
import { inParallel } from './in-parallel.ts'
import { readUpTo, readWithCut, type Told } from './recorded-run.ts'

let site: TestSite<'anna' | 'boris', 'red'>
/** Before and after the run of messages. */
let first: string
let last: string

beforeAll(async () => {
  site = await startSite({ users: ['anna', 'boris'], rooms: ['red'] })
  first = (await get(`${site.server.url}/api/sync`, site.tokens.anna)).cursor
  await postSome(site, 'stored')
  last = (await get(`${site.server.url}/api/sync`, site.tokens.anna)).cursor
}, 60_000)
afterAll(() => site.close())

const feeds = [
  { name: 'personal', path: () => '/api/feed' },
  { name: "room's own", path: () => `/api/rooms/${site.rooms.red}/feed` },
]

describe.each(feeds)('the $name feed', ({ path }) => {
  test(
    'DL6: cut at every byte, torn off or reset, it goes on without loss or repetition',
    { timeout: 120_000 },
    async () => {
      const direct = requestOf(path(), first)
      const whole = await readUpTo(direct, last)
      expect(whole.told.length).toBeGreaterThan(3)
      expect(whole.bytes).toBeGreaterThan(4_000)
      const cuts = await inParallel(cutPlaces(whole.bytes + 1), 64, async (cutAfterBytes) => {
        const proxy = await startProxy(site.server.port, () => ({ cutAfterBytes, isReset: cutAfterBytes % 2 === 0 }))
        const reading = await readWithCut({ ...direct, port: proxy.port }, direct, last)
        proxy.close()
        return { cutAfterBytes, reading }
      })

      const spoilt = cuts.filter(({ reading }) => !isSame(reading.told, whole.told))
      const exact = cuts.filter(({ cutAfterBytes, reading }) => reading.bytes === cutAfterBytes)
      console.log(`cuts: ${path()} ${cuts.length} cuts of ${whole.bytes} bytes, ${exact.length} exact`)
      expect(spoilt.map(({ cutAfterBytes, reading }) => ({ cutAfterBytes, told: reading.told.length }))).toEqual([])
      expect(exact.length).toBeGreaterThan(cuts.length * 0.98)
    },
  )

  test('DL4: a stream that comes byte by byte says the same', { timeout: 60_000 }, async () => {
    const direct = requestOf(path(), first)
    const proxy = await startProxy(site.server.port, () => ({ sliceBytes: 1 }))
    onTestFinished(() => proxy.close())

    const [sliced, whole] = await Promise.all([readUpTo({ ...direct, port: proxy.port }, last), readUpTo(direct, last)])

    expect(sliced.told).toEqual(whole.told)
  })

  test('DL1: every position of a run can be resumed from', async () => {
    const whole = await readUpTo(requestOf(path(), first), last)
    const [from, to] = [parseCursor(first), parseCursor(last)]
    if (from === undefined || to === undefined) throw new Error('the snapshots carry no cursors')
    const positions = Array.from({ length: to.position - from.position }, (_, i) => from.position + i)

    const readings = await inParallel(positions, 16, (position) =>
      readUpTo(requestOf(path(), formatCursor(from.epoch, position)), last),
    )

    const expected = positions.map((position) => whole.told.filter(({ id }) => positionIn(id) > position))
    expect(readings.map(({ told }) => told)).toEqual(expected)
  })
})

test('DL1: a long poll can be resumed from every position of a run', async () => {
  const [from, to] = [parseCursor(first), parseCursor(last)]
  if (from === undefined || to === undefined) throw new Error('the snapshots carry no cursors')
  const positions = Array.from({ length: to.position - from.position }, (_, i) => from.position + i)
  const poll = async (position: number): Promise<{ position: number }[]> => {
    const headers = { accept: 'application/json' }
    const url = `${site.server.url}/api/feed?cursor=${formatCursor(from.epoch, position)}&wait=1`
    const { body } = await call(url, { token: site.tokens.anna, headers })
    return body.changes
  }
  const whole = await poll(from.position)

  const answers = await inParallel(positions, 8, poll)

  expect(whole.length).toBeGreaterThan(3)
  expect(answers).toEqual(positions.map((after) => whole.filter(({ position }) => position > after)))
})

test('DL6: live streams cut at every byte go on without loss or repetition', { timeout: 120_000 }, async () => {
  const cuts = cutPlaces(6_000)
  const batches = Array.from({ length: Math.ceil(cuts.length / 600) }, (_, i) => cuts.slice(i * 600, (i + 1) * 600))
  let reached = 0
  for (const batch of batches) {
    const { cursor } = await get(`${site.server.url}/api/sync`, site.tokens.anna)
    const proxy = await startProxy(site.server.port, (n) => ({ cutAfterBytes: batch[n] ?? 0, isReset: n % 2 === 0 }))
    const direct = requestOf('/api/feed', cursor)
    const head = Promise.withResolvers<string>()
    const readings = batch.map(async () => {
      const cut = await readUpTo({ ...direct, port: proxy.port }, 'none', 20_000)
      const resumeFrom = cut.told.findLast(({ id }) => id !== undefined)?.id ?? cursor
      const lastId = await head.promise
      const rest = resumeFrom === lastId ? { told: [] } : await readUpTo({ ...direct, cursor: resumeFrom }, lastId)
      if (cut.told.length > 0) reached += 1
      return [...cut.told, ...rest.told]
    })
    await postSome(site, 'live', 5)
    head.resolve((await get(`${site.server.url}/api/sync`, site.tokens.anna)).cursor)
    const whole = await readUpTo(direct, await head.promise)

    const spoilt = (await Promise.all(readings)).filter((told) => !isSame(told, whole.told))
    proxy.close()

    expect(spoilt.map((told) => told.map(({ id }) => id))).toEqual([])
  }
  expect(reached).toBeGreaterThan(cuts.length / 6)
})

const requestOf = (path: string, cursor: string) => ({ port: site.server.port, path, token: site.tokens.anna, cursor })

const positionIn = (id: string | undefined) => parseCursor(id ?? '')?.position ?? 0

const isSame = (a: readonly Told[], b: readonly Told[]) => JSON.stringify(a) === JSON.stringify(b)

async function postSome({ server, tokens, rooms }: typeof site, text: string, count = 4): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const token = i % 2 === 0 ? tokens.anna : tokens.boris
    await postMessage({ url: server.url, token, room: rooms.red, text: `${text} ${i} é 한글 🙂` })
  }
}
