import { expect, onTestFinished, test } from 'vitest'
import { mongoStorage } from '../../../../testing/mongodb/mongo-storage.ts'
import { startMongoProxy, type MongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import { aSharedSite, at } from '../testing/a-shared-site.ts'
import { openEvents } from '../testing/open-events.ts'
import { startServer } from '../testing/start-server.ts'

test('DL2: a cursor of a process that is ahead is waited for, and then everything behind it is told', async () => {
  const { alice, post, site } = await aRoom()
  const proxy = await aProxy(site.databaseUrl)
  const behind = await startServer({ storage: await mongoStorage(proxy.url) })
  await stopFeed(proxy)
  const cursor = await post('shown here')
  await post('not yet')

  const events = await openEvents(at(behind, alice), `/api/feed?cursor=${cursor}`)
  expect(await events.next()).toMatchObject({ event: 'hello', data: { resumed: true, from: cursor } })
  await expect.poll(() => site.hub.head).toBe((await site.storage.head()).position)
  expect(behind.hub.head).toBeLessThan(site.hub.head)
  expect(events.waiting).toEqual([])
  proxy.cutAll()

  expect(await events.next()).toMatchObject({ data: { payload: { message: { text: 'not yet' } } } })
})

test('DL2: a cursor that nothing stored comes up to is reset after 3 s, and not before', async () => {
  const { alice, site } = await aRoom()
  const node = await site.startNode()
  const { epoch, position } = await site.storage.head()

  const events = await openEvents(at(node, alice), `/api/feed?cursor=${epoch}.${position + 10}`)
  await events.until('hello')
  const from = performance.now()
  const reset = await events.next()

  expect(reset).toMatchObject({ event: 'reset', id: '', data: { reason: 'ahead', scope: 'all' } })
  expect(performance.now() - from).toBeGreaterThan(2_500)
})

async function aRoom() {
  const site = await aSharedSite()
  const alice = await site.addUser('alice')
  await site.addRoom('general', { owner: alice })
  const post = async (text: string): Promise<string> =>
    (await alice.post('/api/rooms/general/messages', { text })).body.cursor
  return { site, alice, post }
}

async function aProxy(url: string): Promise<MongoProxy> {
  const proxy = await startMongoProxy(url)
  onTestFinished(() => proxy.close())
  return proxy
}

/** The one change stream behind the proxy brings nothing any more; everything else passes. */
async function stopFeed(proxy: MongoProxy): Promise<void> {
  const before = proxy.count('getMore')
  proxy.meetNext('getMore', 'hold the answer')
  await expect.poll(() => proxy.count('getMore'), { timeout: 5_000 }).toBeGreaterThan(before)
}
