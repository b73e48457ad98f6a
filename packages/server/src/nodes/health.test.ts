import { expect, onTestFinished, test } from 'vitest'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import { aSharedSite, at } from '../testing/a-shared-site.ts'
import { openEvents } from '../testing/open-events.ts'

test('a process whose database does not answer says so at once, goes on when it does, and its readers miss nothing', async () => {
  const site = await aSharedSite()
  const alice = await site.addUser('alice')
  await site.addRoom('general', { owner: alice })
  const proxy = await startMongoProxy(site.databaseUrl)
  onTestFinished(() => proxy.close())
  const node = await site.startNode([], proxy.url)
  const events = await openEvents(at(node, alice), '/api/feed')
  await events.until('hello')
  expect(await healthOf(node)).toMatchObject({ code: 200, status: 'ok', storage: 'ok' })

  proxy.freeze()
  const from = performance.now()
  expect(await healthOf(node)).toMatchObject({ code: 503, status: 'failing', storage: 'unavailable' })
  expect(performance.now() - from).toBeLessThan(3_000)
  expect((await fetch(`${node.url}/health?live`)).status).toBe(200)
  await alice.post('/api/rooms/general/messages', { text: 'meanwhile' })
  proxy.thaw()

  await expect.poll(() => healthOf(node), { timeout: 15_000 }).toMatchObject({ code: 200, status: 'ok', storage: 'ok' })
  expect(await events.next()).toMatchObject({ data: { payload: { message: { text: 'meanwhile' } } } })
})

test('a process whose feed stands still fails, and heals when it flows again', { timeout: 60_000 }, async () => {
  const site = await aSharedSite()
  const alice = await site.addUser('alice')
  await site.addRoom('general', { owner: alice })
  const proxy = await startMongoProxy(site.databaseUrl)
  onTestFinished(() => proxy.close())
  const node = await site.startNode([], proxy.url)
  const before = proxy.count('getMore')
  proxy.meetNext('getMore', 'hold the answer')
  await expect.poll(() => proxy.count('getMore'), { timeout: 5_000 }).toBeGreaterThan(before)
  await alice.post('/api/rooms/general/messages', { text: 'unseen' })

  const failing = { code: 503, status: 'failing', storage: 'ok' }
  await expect.poll(() => healthOf(node), { timeout: 10_000 }).toMatchObject(failing)
  expect((await healthOf(node)).feed.lagMs).toBeGreaterThan(5_000)
  proxy.cutAll()

  await expect.poll(() => healthOf(node), { timeout: 15_000 }).toMatchObject({ code: 200, status: 'ok' })
})

async function healthOf({ url }: { readonly url: string }) {
  const response = await fetch(`${url}/health`)
  const body = (await response.json()) as { status: string; storage: string; feed: { lagMs: number } }
  return { code: response.status, ...body }
}
