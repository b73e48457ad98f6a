import { describe, expect, test } from 'vitest'
import type { Collected, CollectOptions } from './collect.ts'
import { aHub, type HubSetUp } from './testing/a-hub.ts'
import { World } from './testing/world.ts'

describe('long poll', () => {
  test('answers at once with what came after the cursor, and where to go on', async () => {
    const { collect, idle, world } = aPoll({ world: aWorld() })
    const polled = collect('alice', 2, 25_000)
    await idle()

    const { changes, ...rest } = await polled

    expect(rest).toEqual({ cursor: 'e1.4', more: false })
    expect(changes).toEqual(world.log.slice(3).map((change) => change.json))
  })

  test('waits for the first change that concerns the reader', async () => {
    const { collect, feed, idle, world } = aPoll({ world: aWorld() })
    const polled = track(collect('alice', 4, 25_000))
    world.createUser('dora') // 5
    feed()
    await idle()
    expect(polled.answer).toBeUndefined()

    world.post('general') // 6
    feed()
    await idle()

    expect(polled.answer).toMatchObject({ cursor: 'e1.6', more: false })
    expect(polled.answer?.changes).toHaveLength(1)
  })

  test('DL6: after the wait the cursor has passed what concerns others', async () => {
    const { clock, collect, feed, idle, world } = aPoll({ world: aWorld() })
    const polled = track(collect('alice', 4, 25_000))
    world.createUser('dora') // 5
    feed()

    clock.pass(25_000)
    await idle()

    expect(polled.answer).toEqual({ changes: [], cursor: 'e1.5', more: false })
  })

  test('DL6: a wait that ends before the feed has come to the reader takes nothing and passes nothing', async () => {
    const { clock, collect, feed, idle } = aPoll({ world: aWorld(), head: 2 })
    const polls = [track(collect('alice', 1, 5_000)), track(collect('alice', 3, 5_000))]

    clock.pass(5_000)
    await idle()
    expect(polls.map(({ answer }) => answer?.cursor)).toEqual(['e1.1', 'e1.3'])
    feed()
    const again = track(collect('alice', 3, 5_000))
    await idle()

    expect(again.answer).toMatchObject({ changes: [expect.anything()], cursor: 'e1.4' })
  })

  test('a long gap is told in pieces that join without a hole', async () => {
    const world = aWorld()
    for (let count = 0; count < 1_000; count++) world.post('general', 'x'.repeat(500))
    const { collect, idle } = aPoll({ world, settings: { stepBytes: 50_000 }, ringLimits: { maxCount: 300 } })
    const told: number[] = []
    let after = 0
    let more = true
    let polls = 0

    while (more) {
      const polled = track(collect('alice', after, 0))
      await idle()
      const { answer } = polled
      told.push(...(answer?.changes.map((json) => (JSON.parse(json) as { position: number }).position) ?? []))
      after = Number(answer?.cursor.slice(3))
      more = answer?.more === true
      polls++
    }

    expect(told).toEqual(Array.from({ length: 1_003 }, (_, index) => index + 2).filter((position) => position !== 3))
    expect(polls).toBeGreaterThan(5)
  })

  test('one room that must be loaded anew is told beside the changes, several become everything', async () => {
    const world = aWorld()
    world.join('alice', 'random') // 5
    world.post('random') // 6
    const { collect, idle } = aPoll({ world })

    const one = track(collect('alice', 4, 0))
    const two = track(collect('alice', 1, 0))
    await idle()

    expect(one.answer).toMatchObject({ cursor: 'e1.6', reset: { reason: 'joined', scope: 'room', roomId: 'random' } })
    expect(one.answer?.changes).toHaveLength(2)
    expect(two.answer).toEqual({ changes: [], cursor: 'e1.6', more: false, reset: { reason: 'joined', scope: 'all' } })
  })

  test.each(['e2.1', 'nonsense', 'e1.99'])('the cursor %j is answered by a reset of everything', async (cursor) => {
    const { collect, idle } = aPoll({ world: aWorld() })

    const polled = track(collect('alice', 0, 25_000, { cursor }))
    await idle()

    expect(polled.answer).toMatchObject({ changes: [], cursor: 'e1.4', more: false, reset: { scope: 'all' } })
  })

  test('a session that ends ends the wait, and the cursor stays', async () => {
    const { collect, feed, hub, idle, world } = aPoll({ world: aWorld() })
    const polled = track(collect('alice', 4, 25_000, { sessionId: 'one' }))

    world.endSession('alice', 'one')
    feed()
    await idle()

    expect(polled.answer).toEqual({
      changes: [],
      cursor: 'e1.4',
      more: false,
      bye: { reason: 'session_ended', reconnect: false },
    })
    expect(hub.countOf('alice')).toBe(0)
  })

  test('a caller that left is not waited for', async () => {
    const { collect, hub, idle } = aPoll({ world: aWorld() })
    const controller = new AbortController()
    const polled = track(collect('alice', 4, 25_000, { signal: controller.signal }))
    expect(hub.countOf('alice')).toBe(1)

    controller.abort()
    await idle()

    expect(polled.answer?.changes).toEqual([])
    expect(hub.countOf('alice')).toBe(0)
  })
})

function aPoll(setUp: HubSetUp & { world: World }) {
  const hubbed = aHub(setUp)
  const { hub, world } = hubbed
  const collect = (userId: string, after: number, waitMs: number, options: Partial<CollectOptions> = {}) =>
    hub.collect({
      userId,
      cursor: `e1.${after}`,
      waitMs,
      readership: world.readership(userId),
      reread: async () => world.readership(userId),
      ...options,
    })
  return { ...hubbed, collect }
}

function track(promise: Promise<Collected>): { answer?: Collected } {
  const tracked: { answer?: Collected } = {}
  void promise.then((answer) => (tracked.answer = answer))
  return tracked
}

/** general (1) and random (3) are public, alice is in general since 2; a message (4). */
function aWorld(): World {
  const world = new World()
  world.createRoom('general', 'public')
  world.join('alice', 'general')
  world.createUser('bob')
  world.createRoom('random', 'public')
  return world
}
