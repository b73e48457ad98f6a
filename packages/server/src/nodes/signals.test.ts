import { expect, test } from 'vitest'
import { aSharedSite, at } from '../testing/a-shared-site.ts'
import { openEvents } from '../testing/open-events.ts'

test('DL9: who types is seen at every process by the room’s readers, once and without an id, and by nobody else', async () => {
  const site = await aSharedSite()
  const [here, there] = await Promise.all([site.startNode(), site.startNode()])
  const alice = await site.addUser('alice')
  const [bob, carol] = [await site.addUser('bob'), await site.addUser('carol')]
  const plans = await site.addRoom('plans', { owner: alice, members: [bob], private: true })
  await site.addRoom('general', { owner: alice, members: [bob, carol] })
  const streams = await Promise.all([
    openEvents(at(here, bob), '/api/feed'),
    openEvents(at(there, bob), '/api/feed'),
    openEvents(at(there, bob), '/api/rooms/plans/feed'),
    openEvents(at(there, carol), '/api/feed'),
  ])
  const [near, far, own, others] = streams
  for (const stream of streams) await stream.until('hello')
  await own.until('messages')

  expect((await at(here, alice).post('/api/rooms/plans/typing')).status).toBe(204)

  const data = { kind: 'typing', roomId: plans, userId: alice.userId, forMs: 6_000 }
  for (const stream of [near, far, own]) expect(await stream.next()).toEqual({ event: 'signal', id: undefined, data })
  await at(here, alice).post('/api/rooms/general/messages', { text: 'the end' })
  for (const stream of [near, far, others]) {
    expect(await stream.next()).toMatchObject({ data: { payload: { message: { text: 'the end' } } } })
  }
})
