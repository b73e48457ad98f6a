import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { call, get } from '../kit/http.ts'
import { postMessage } from '../kit/post-message.ts'
import { readHistory } from '../kit/room-history.ts'
import { startSite, type TestSite } from '../kit/site.ts'
import { StreamReader } from '../kit/stream-reader.ts'
import { until } from '../kit/until.ts'
import { mountSmallDisk } from './small-disk.ts'

test(
  'a full disk refuses posts and says so, loses nothing acknowledged, goes on reading, and heals',
  { timeout: 60_000 },
  async (context) => {
    const disk = mountSmallDisk(40)
    if (disk === undefined) return context.skip('missing: the right to mount a tmpfs')
    onTestFinished(() => disk.unmount())
    const dataFolder = join(disk.folder, 'data')
    mkdirSync(dataFolder)
    const site = await startSite({ users: ['anna'], rooms: ['red'], dataFolder })
    onTestFinished(() => site.close())
    const { url, port } = site.server
    const { cursor } = await get(`${url}/api/sync`, site.tokens.anna)
    const seen: string[] = []
    const onEvent = ({ event, data }: { event: string; data: string }) => {
      if (event === 'message' && JSON.parse(data).type === 'message.posted') seen.push(JSON.parse(data).messageId)
    }
    const reader = new StreamReader({ port, path: '/api/feed', token: site.tokens.anna, cursor, onEvent })
    onTestFinished(() => reader.close())

    disk.fillUpTo(1_500_000)
    const places = new Map<string, number>()
    const refused = new Set<string>()
    // A checkpoint may find room in the file once more, until there is none anywhere.
    const health = await until('a disk that is full to the last byte, and a server that says so', async () => {
      await postUntilRefused(site, places, refused)
      disk.fillUpTo(0)
      const answer = await call(`${url}/health`)
      return answer.status === 503 && answer
    })
    const acknowledged = [...places].sort(([, a], [, b]) => a - b).map(([id]) => id)
    expect(acknowledged.length).toBeGreaterThan(10)

    expect(JSON.stringify(health.body)).toContain('storage_full')
    expect(await storedIds(site)).toEqual(acknowledged)
    await until('the stream has all that was acknowledged', () => seen.length === acknowledged.length)
    const late: string[] = []
    const lateReader = new StreamReader({
      port,
      path: '/api/feed',
      token: site.tokens.anna,
      cursor,
      onEvent: ({ id }) => void (id !== undefined && late.push(id)),
    })
    onTestFinished(() => lateReader.close())
    await until('a new stream from the same cursor', () => late.length >= acknowledged.length)

    disk.empty()
    const healed = await postMessage({ url, token: site.tokens.anna, room: 'red', text: 'space again' })
    await until('a healthy server', async () => (await call(`${url}/health`)).status === 200)
    expect(await storedIds(site)).toEqual([...acknowledged, healed.message.id])
    await until('it in the stream that stayed open', () => seen.at(-1) === healed.message.id)
    expect(seen).toEqual([...acknowledged, healed.message.id])
    expect(seen.filter((id) => refused.has(id))).toEqual([])
    expect(reader.connections).toBe(1)

    await site.server.kill()
    await site.server.start()
    expect(await storedIds(site)).toEqual([...acknowledged, healed.message.id])
  },
)

/** Sixteen at a time, so that a group of commands meets the end of the disk. Notes each id with its seq, or as refused. */
async function postUntilRefused({ server, tokens }: TestSite, places: Map<string, number>, refused: Set<string>) {
  let isRefused = false
  const writer = async () => {
    while (!isRefused) {
      const id = randomUUID()
      const json = { id, text: 'x'.repeat(6000) }
      const request = { method: 'POST', token: tokens.anna ?? '', json }
      const { status, body } = await call(`${server.url}/api/rooms/red/messages`, request)
      if (status === 201) places.set(id, body.message.seq)
      else {
        expect({ status, code: body.code }).toEqual({ status: 507, code: 'storage_full' })
        refused.add(id)
        isRefused = true
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, writer))
}

async function storedIds({ server, tokens }: TestSite): Promise<string[]> {
  const messages = await readHistory({ url: server.url, token: tokens.anna ?? '', room: 'red' })
  return messages.filter(({ kind }) => kind === 'text').map(({ id }) => id)
}
