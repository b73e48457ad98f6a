import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from '../kit/http.ts'
import { startProxy } from '../kit/proxy.ts'
import { readHistory } from '../kit/room-history.ts'
import { startSite, type TestSite } from '../kit/site.ts'
import { cutPlaces } from './cut-places.ts'
import { inParallel } from './in-parallel.ts'

let site: TestSite<'anna', 'red'>

beforeAll(async () => {
  site = await startSite({ users: ['anna'], rooms: ['red'] })
}, 60_000)
afterAll(() => site.close())

test('a post whose answer is cut at every byte is stored once when it is sent again', { timeout: 60_000 }, async () => {
  const whole = await answerLength()
  const cuts = cutPlaces(whole + 1)

  const retries = await inParallel(cuts, 16, async (cutAfterBytes) => {
    const proxy = await startProxy(site.server.port, () => ({ cutAfterBytes, isReset: cutAfterBytes % 2 === 0 }))
    const id = randomUUID()
    const first = await post(proxy.port, id).catch(() => undefined)
    proxy.close()
    const again = await post(site.server.port, id)
    return { id, isCut: first === undefined, again }
  })

  expect(retries.filter(({ isCut }) => isCut).length).toBeGreaterThan(cuts.length / 2)
  expect(retries.filter(({ id, again }) => again.body.message.id !== id)).toEqual([])
  const stored = (await readHistory({ url: site.server.url, token: site.tokens.anna, room: 'red' })).map(({ id }) => id)
  expect(stored.slice(1).sort()).toEqual(retries.map(({ id }) => id).sort())
})

/** Of the whole answer, its head included. */
async function answerLength(): Promise<number> {
  let length = 0
  const proxy = await startProxy(site.server.port, () => ({ onBytes: (count) => (length += count) }))
  await post(proxy.port, randomUUID())
  proxy.close()
  return length
}

function post(port: number, id: string) {
  const json = { id, text: 'sent through a bad line' }
  return call(`http://127.0.0.1:${port}/api/rooms/red/messages`, { method: 'POST', token: site.tokens.anna, json })
}
