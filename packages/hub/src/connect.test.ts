import { expect, test, describe } from 'vitest'
import { aHub } from './testing/a-hub.ts'
import { World } from './testing/world.ts'

describe('connecting', () => {
  test('DL1: begins with retry, hello and padding, and goes on exactly behind the cursor', () => {
    const { connect } = aHub({ world: aWorld() })

    const { sink } = connect('bob', { after: 5 })

    expect(sink.text).toMatch(/^retry: 3000\n\nevent: hello\ndata: [^\n]+\n\n: {2048}\n\n/)
    expect(sink.events[0]).toMatchObject({
      event: 'hello',
      data: { streamId: 's1', resumed: true, from: 'e1.5', head: 'e1.6', heartbeatMs: 24_500 },
    })
    expect(sink.positions).toEqual([6])
  })

  test('without a cursor begins now', () => {
    const { connect, feed, world } = aHub({ world: aWorld() })

    const { sink } = connect('bob')
    world.post('general')
    feed()

    expect(sink.events[0]?.data).toMatchObject({ resumed: false, from: 'e1.6', head: 'e1.6' })
    expect(sink.positions).toEqual([7])
  })

  test.each([
    ['e2.3', 'epoch'],
    ['e1.03', 'unreadable'],
    ['', 'unreadable'],
    ['e1.7', 'ahead'],
  ])(
    'DL1: the cursor %j is answered by a reset of everything that clears it, and then by what is new',
    (cursor, reason) => {
      const { connect, feed, world } = aHub({ world: aWorld() })

      const { sink } = connect('bob', { cursor })
      world.post('general')
      feed()

      expect(sink.events[0]?.data).toMatchObject({ resumed: false, from: 'e1.6' })
      expect(sink.events.slice(1).map(({ event, id }) => [event, id])).toEqual([
        ['reset', ''],
        ['message', 'e1.7'],
      ])
      expect(sink.events[1]?.data).toEqual({ reason, scope: 'all' })
    },
  )

  test('waits for the feed where the reader or the cursor was read from a storage that is ahead of it', () => {
    const { connect, feed, hub } = aHub({ world: aWorld(), head: 4 })

    const { sink, subscription } = connect('bob', { after: 5 })

    expect(subscription.state).toBe('replaying')
    feed()
    expect(hub.head).toBe(6)
    expect(sink.resets).toEqual([])
    expect(sink.positions).toEqual([6])
  })

  test('a feed that stands still costs those who come meanwhile a heartbeat’s time, and then they look elsewhere', () => {
    const { clock, connect, feed } = aHub({ world: aWorld(), head: 4 })

    const { sink } = connect('bob', { after: 5 })
    clock.pass(19_999)
    expect(sink.bye).toBeUndefined()
    clock.pass(1)

    expect(sink.events.at(-1)).toMatchObject({ event: 'bye', data: { reason: 'shutdown', reconnect: true } })
    feed()
    expect(sink.positions).toEqual([])
  })

  test('a room’s own feed that was loaded ahead of the feed does not wait for longer either', async () => {
    const { clock, connect, idle } = aHub({ world: aWorld(), head: 5 })

    const { sink } = connect('bob', { feedOf: 'general', readAt: 5 })
    await idle()
    expect(sink.lastId).toBe('e1.6')
    clock.pass(20_000)

    expect(sink.bye).toBe('shutdown')
  })

  test('a cursor ahead of this node is parked, and served once the node has caught up', async () => {
    const { clock, connect, feed, hub, idle, world } = aHub({ world: aWorld(), settings: { parkMs: 3_000 } })

    const { sink } = connect('bob', { after: 7 })
    clock.pass(2_000)
    world.post('general')
    world.post('general')
    feed()
    await idle()

    expect(sink.resets).toEqual([])
    expect(sink.positions).toEqual([8])
    expect(hub.status().parkings).toBe(1)
  })

  test('a parked cursor that the node does not come to is reset after 3 s', async () => {
    const { clock, connect, idle } = aHub({ world: aWorld(), settings: { parkMs: 3_000 } })

    const { sink } = connect('bob', { after: 9 })
    clock.pass(2_999)
    await idle()
    expect(sink.resets).toEqual([])
    clock.pass(1)
    await idle()

    expect(sink.resets).toEqual(['all ahead'])
  })

  test('what was read of the reader is brought to the head in the same tick', () => {
    const world = aWorld()
    world.createRoom('plans', 'private')
    world.join('bob', 'plans') // 8
    world.post('plans') // 9
    const { connect, feed } = aHub({ world, head: 0 })
    feed()

    const { sink } = connect('bob', { after: 6, readAt: 6 })
    world.post('plans') // 10
    feed()

    expect(sink.resets).toEqual(['plans joined'])
    expect(sink.positions).toEqual([8, 9, 10])
  })

  test.each([
    ['ended', (world: World) => world.endSession('bob', 'bobs'), 'session_ended'],
    ['deleted with its user', (world: World) => world.changeUser('bob', { deletedAt: 'now' }), 'session_ended'],
    ['revoked with its token', (world: World) => world.deleteToken('bob', 'bobt'), 'revoked'],
  ])('a session that was %s after it was read is refused', (_how, end, reason) => {
    const world = aWorld()
    end(world)
    const { connect, feed } = aHub({ world, head: 0 })
    feed()

    const { sink } = connect('bob', { after: 0, readAt: 6, sessionId: 'bobs', tokenId: 'bobt' })

    expect(sink.events.map(({ event }) => event)).toEqual(['hello', 'bye'])
    expect(sink.bye).toBe(reason)
    expect(sink.isEnded).toBe(true)
  })

  test('a user who is not active is refused', () => {
    const world = aWorld()
    world.changeUser('bob', { suspendedAt: 'now' })
    const { connect } = aHub({ world })

    expect(connect('bob', { after: 0 }).sink.events.map(({ event }) => event)).toEqual(['hello', 'bye'])
  })

  test('a readership older than the ring is read again, and then everything is told', async () => {
    const world = aWorld()
    const { connect, feed, idle } = aHub({ world, head: 0, ringLimits: { maxCount: 2 } })
    feed()

    const { sink } = connect('bob', { after: 4, readAt: 1 })
    await idle()

    expect(sink.positions).toEqual([5, 6])
  })

  test('nobody gets the feed of a room that may not be read', () => {
    const world = aWorld()
    world.createRoom('plans', 'private')
    world.guests.add('gina')
    const { connect } = aHub({ world })

    expect(connect('bob', { feedOf: 'plans' }).sink.bye).toBe('removed')
    expect(connect('gina', { feedOf: 'general' }).sink.bye).toBe('removed')
    expect(connect('carol', { feedOf: 'general' }).sink.bye).toBeUndefined()
  })

  test('DL14: what is attached while the process stops is told when to come back', () => {
    const { connect, hub } = aHub({ world: aWorld() })
    hub.shutdown()

    const { sink } = connect('bob')

    expect(sink.bye).toBe('shutdown')
    expect(sink.text).toMatch(/retry: 1750\n\nevent: bye/)
  })

  test('a room that was private when the reader was read, and public again since, begins anew on its own feed', async () => {
    const world = aWorld()
    world.turn('general', 'private') // 7
    world.post('general', 'among us') // 8
    world.turn('general', 'public') // 9
    const { connect, idle } = aHub({ world })

    const { sink } = connect('carol', { feedOf: 'general', after: 6, readAt: 8 })
    await idle()

    expect(sink.text).not.toContain('among us')
    expect(sink.resets).toEqual(['general joined'])
  })

  test('DL6: a stream that waits for the feed is told nothing meanwhile, also when its heartbeat is due, and all of it once', () => {
    const world = aWorld()
    world.changeSite()
    const { clock, connect, feed } = aHub({ world, head: world.head - 1 })
    clock.chance = 0
    const { sink, subscription } = connect('alice', { after: 1 })

    clock.pass(19_000)
    sink.drain()
    clock.settle()
    expect(sink.positions).toEqual([])
    expect(subscription.state).toBe('replaying')
    feed()

    expect(sink.positions).toEqual([3, 4, 5, 6, 7])
  })
})

/** general is public, with alice (3) and bob (4); two messages (5, 6). */
function aWorld(): World {
  const world = new World()
  world.changeSite()
  world.createRoom('general', 'public')
  world.join('alice', 'general')
  world.join('bob', 'general')
  world.post('general')
  world.post('general')
  return world
}
