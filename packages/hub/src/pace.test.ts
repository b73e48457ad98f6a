import { describe, expect, test } from 'vitest'
import { aHub } from './testing/a-hub.ts'
import { World } from './testing/world.ts'

const kilobyte = 'x'.repeat(1_000)

describe('pace', () => {
  test('DL11: what comes while slices are running leaves in one write, and equal runs share one buffer', () => {
    const { clock, connect, hub, world } = aHub({ world: aWorld() })
    const [first, second] = [connect('alice').sink, connect('bob').sink]
    const before = first.writes.length

    hub.push([world.post('general')])
    hub.push([world.post('general')])
    hub.push([world.post('general')])
    expect(first.writes.length).toBe(before + 1)
    clock.settle()

    expect(first.positions).toEqual([4, 5, 6])
    expect(first.writes.length).toBe(before + 2)
    expect(first.writes.at(-1)).toBe(second.writes.at(-1))
    expect(hub.status()).toMatchObject({ deliveries: 6, coalesced: 2 })
  })

  test('DL10: a change is encoded once, and all streams of the shape get the same buffer', () => {
    const { connect, feed, world } = aHub({ world: aWorld() })
    const sinks = Array.from({ length: 5 }, () => connect('alice').sink)

    world.post('general')
    feed()

    expect(new Set(sinks.map((sink) => sink.writes.at(-1))).size).toBe(1)
  })

  test('DL6: an id reaches a stream only after everything relevant up to it, whoever else was slower', () => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const slow = connect('alice').sink
    slow.stall()
    slow.bufferedBytes = 65_537

    world.post('general')
    feed()
    clock.pass(5_000)
    world.post('general')
    feed()

    expect(slow.lastId).toBeUndefined()
    slow.drain()
    clock.settle()
    expect(slow.positions).toEqual([4, 5])
  })

  test('DL12: above 64 KB unsent the round is skipped, and everything leaves in order when it drains', () => {
    const { clock, connect, feed, hub, world } = aHub({ world: aWorld() })
    const { sink, subscription } = connect('alice')
    sink.stall()

    for (let count = 0; count < 100; count++) {
      world.post('general', kilobyte)
      feed()
    }
    expect(sink.bufferedBytes).toBeLessThan(70_000)
    expect(subscription.state).toBe('live')
    sink.drain()
    clock.settle()

    expect(sink.positions).toEqual(positions(4, 103))
    expect(hub.status().lags).toBe(0)
  })

  test('DL12: above 1 MB it lets go of what waits, lags, and is replayed from the ring when it drains', () => {
    const { clock, connect, feed, hub, world } = aHub({ world: aWorld() })
    const { sink, subscription } = connect('alice')
    sink.stall()

    for (let count = 0; count < 1_000; count++) {
      world.post('general', kilobyte)
      feed()
    }
    expect(subscription.state).toBe('lagging')
    expect(sink.bufferedBytes).toBeLessThan(70_000)
    sink.drain()
    clock.settle()

    expect(sink.positions).toEqual(positions(4, 1_003))
    expect(subscription.state).toBe('live')
    expect(hub.status()).toMatchObject({ lags: 1, lagRecoveries: 1, resets: {} })
  })

  test('DL12: after 15 s of skipping it lags, however little waits', () => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const { sink, subscription } = connect('alice')
    sink.stall()
    sink.bufferedBytes = 65_537
    world.post('general')
    feed()

    clock.pass(14_000)
    expect(subscription.state).toBe('live')
    clock.pass(2_500)
    expect(subscription.state).toBe('lagging')
    sink.drain()
    clock.settle()

    expect(sink.positions).toEqual([4])
  })

  test('DL12: what the ring has let go of meanwhile is replayed from the log', async () => {
    const { connect, feed, hub, idle, world } = aHub({ world: aWorld(), ringLimits: { maxCount: 50 } })
    const { sink } = connect('alice')
    sink.stall()
    for (let count = 0; count < 1_000; count++) {
      world.post('general', kilobyte)
      feed()
    }

    sink.drain()
    await idle()

    expect(sink.positions).toEqual(positions(4, 1_003))
    expect(hub.status().replays).toEqual({ log: 1 })
  })

  test('DL12: what the log has lost as well is reset as evicted', async () => {
    const { connect, feed, hub, idle, world } = aHub({ world: aWorld(), ringLimits: { maxCount: 50 } })
    const { sink } = connect('alice')
    sink.stall()
    for (let count = 0; count < 1_000; count++) {
      world.post('general', kilobyte)
      feed()
    }
    world.firstPosition = 900
    const before = sink.positions

    sink.drain()
    await idle()
    world.post('general') // 1004
    feed()

    expect(sink.resets).toEqual(['all evicted'])
    expect(hub.status().lagRecoveries).toBe(0)
    expect(sink.positions).toEqual([...before, 1_004])
  })

  test('DL12: without any progress for 60 s it is closed, and cut off when it does not take even that', () => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')
    const other = connect('bob').sink
    sink.stall()
    world.post('general')
    feed()

    clock.pass(59_000)
    expect(sink.bye).toBeUndefined()
    clock.pass(3_000)
    expect(sink.events.at(-1)?.data).toEqual({ reason: 'slow_reader', reconnect: true })
    expect(sink.isEnded).toBe(true)
    clock.pass(1_500)

    expect(sink.isDestroyed).toBe(true)
    expect(other.bye).toBeUndefined()
  })

  test('DL12: little progress is progress', () => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')
    sink.stall()
    world.post('general', kilobyte)
    feed()

    for (let minutes = 0; minutes < 5; minutes++) {
      clock.pass(50_000)
      sink.take(1)
    }

    expect(sink.bye).toBeUndefined()
  })

  test('DL12: one that stops reading among 200 keeps nobody else waiting, and its memory is bounded', () => {
    const { connect, feed, hub, world } = aHub({ world: aWorld() })
    const stalled = connect('alice').sink
    const others = Array.from({ length: 199 }, () => connect('bob').sink)
    stalled.stall()

    for (let count = 0; count < 2_000; count++) {
      world.post('general', kilobyte)
      feed()
    }

    const writes = others.map((sink) => sink.writes.length)
    expect(new Set(writes)).toEqual(new Set([2_001]))
    expect(others[0]?.lastId).toBe('e1.2003')
    expect(stalled.bufferedBytes).toBeLessThan(70_000)
    expect(hub.status().lags).toBe(1)
  })

  test('DL13: a quiet stream gets a heartbeat whose id is where it was served up to', () => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')

    clock.pass(15_000)
    world.createUser('dora') // 4, told to nobody
    feed()
    expect(sink.events).toHaveLength(1)
    clock.pass(6_000)

    expect(sink.events.at(-1)).toEqual({ event: 'heartbeat', id: 'e1.4', data: {} })
  })

  test('DL13: a stream is never silent for longer than hello says, and no heartbeat comes between what keeps it awake', () => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')

    for (let minutes = 0; minutes < 10; minutes++) {
      clock.pass(10_000)
      world.post('general')
      feed()
    }
    expect(sink.events.some(({ event }) => event === 'heartbeat')).toBe(false)
    clock.pass(20_500)

    expect(sink.events.at(-1)?.event).toBe('heartbeat')
  })

  test('DL6: no heartbeat overtakes what waits', () => {
    const { clock, connect, hub, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')
    const other = connect('bob')
    clock.pass(19_900)

    hub.push([world.read('bob', 'general')]) // 4, takes this turn's slice
    hub.push([world.post('general')]) // 5 waits
    expect(other.sink.positions).toEqual([4])
    expect(sink.positions).toEqual([])
    clock.pass(1_000)

    expect(sink.events.slice(1).map(({ event, id }) => [event, id])).toEqual([['message', 'e1.5']])
  })

  test('DL6: one that lags or replays gets no heartbeat', async () => {
    const never = () => new Promise<never>(() => {})
    const { clock, connect, feed, world } = aHub({ world: aWorld(), replay: never, isCold: true })
    const replaying = connect('alice', { after: 2 }).sink
    const lagging = connect('bob').sink
    lagging.stall()
    lagging.bufferedBytes = 65_537
    world.post('general')
    feed()

    clock.pass(30_000)

    expect(replaying.events.map(({ event }) => event)).toEqual(['hello'])
    expect(lagging.events.map(({ event }) => event)).toEqual(['hello'])
  })

  test('DL13: a stream ends after its longest life, with what waited for it, and may come again', () => {
    const { clock, connect } = aHub({ world: aWorld() })
    clock.chance = 0
    const { sink } = connect('alice')

    clock.pass(599_000)
    expect(sink.bye).toBeUndefined()
    clock.pass(2_000)

    expect(sink.events.at(-1)?.data).toEqual({ reason: 'max_age', reconnect: true })
  })

  test.each([
    ['session', { sessionId: 'one' }, 'session_ended'],
    ['token', { tokenId: 'one' }, 'revoked'],
  ])('a stream ends within a second after its %s has expired', (_what, identity, reason) => {
    const { clock, connect } = aHub({ world: aWorld() })
    const { sink } = connect('alice', { ...identity, expiresInMs: 5_000 })

    clock.pass(4_900)
    expect(sink.bye).toBeUndefined()
    clock.pass(600)

    expect(sink.bye).toBe(reason)
  })

  test('DL14: a shutdown tells everybody when to come back, after what waited', () => {
    const { connect, hub, world } = aHub({ world: aWorld() })
    const clients = [connect('alice'), connect('bob')]
    hub.push([world.post('general')])
    hub.push([world.post('general')])

    hub.shutdown()

    for (const { sink } of clients) {
      expect(sink.positions).toEqual([4, 5])
      expect(sink.text).toMatch(/retry: 1750\n\nevent: bye\ndata: {"reason":"shutdown","reconnect":true}\n\n$/)
      expect(sink.isEnded).toBe(true)
    }
    expect(hub.status().streams).toEqual({ personal: 0, room: 0 })
  })

  test('a client that left is forgotten, and costs nothing any more', () => {
    const { connect, feed, hub, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')

    sink.disconnect()
    world.post('general')
    feed()

    expect(sink.positions).toEqual([])
    expect(hub.status().streams.personal).toBe(0)
    expect(hub.countOf('alice')).toBe(0)
  })
})

/** general (1) has alice (2) and bob (3). */
function aWorld(): World {
  const world = new World()
  world.createRoom('general', 'public')
  world.join('alice', 'general')
  world.join('bob', 'general')
  return world
}

function positions(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
