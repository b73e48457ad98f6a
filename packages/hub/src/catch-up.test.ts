import { ChatError } from '@suda/protocol'
import { describe, expect, test, vi } from 'vitest'
import { aHub, messagesFrame } from './testing/a-hub.ts'
import { promises } from './testing/fake-clock.ts'
import { World } from './testing/world.ts'

describe('catching up', () => {
  test('a restart serves those who come back from the ring that was warmed, without reading the log', () => {
    const replay = vi.fn<() => Promise<never>>()
    const { connect, hub } = aHub({ world: aWorld(500), replay })

    const sinks = Array.from({ length: 1_000 }, (_, index) => connect('bob', { after: 2 + (index % 500) }).sink)

    expect(sinks.map((sink) => sink.resets.length)).toEqual(sinks.map(() => 0))
    expect(sinks[10]?.positions).toEqual(upTo(502).slice(12))
    expect(replay).not.toHaveBeenCalled()
    expect(hub.status().replays).toEqual({ ring: 1_000 })
  })

  test('a cursor older than the ring is replayed from the log in batches and ends live', async () => {
    const { connect, feed, hub, idle, world } = aHub({
      world: aWorld(500),
      ringLimits: { maxCount: 10 },
      settings: { logBatch: 50 },
    })

    const { sink, subscription } = connect('bob', { after: 7 })
    await idle()
    world.post('general')
    feed()

    expect(sink.positions).toEqual(upTo(503).slice(7))
    expect(subscription.state).toBe('live')
    expect(hub.status().replays).toEqual({ log: 1 })
  })

  test('a thousand readers with a hundred cursors share a few reads, of which a few run at a time', async () => {
    const world = aWorld(500)
    const reads = { now: 0, most: 0, all: 0 }
    const replay = async (position: number, limit: number) => {
      reads.all++
      reads.most = Math.max(reads.most, ++reads.now)
      await promises()
      reads.now--
      return world.changesAfter(position, limit)
    }
    const { connect, idle } = aHub({
      world,
      replay,
      ringLimits: { maxCount: 10 },
      settings: { logBatch: 100, logReads: 2 },
    })

    const sinks = Array.from({ length: 1_000 }, (_, index) => connect('bob', { after: 2 + (index % 100) * 4 }).sink)
    await idle()

    expect(sinks.map((sink) => sink.positions.length)).toEqual(sinks.map((_, index) => 500 - (index % 100) * 4))
    expect(reads.most).toBe(2)
    expect(reads.all).toBeLessThan(15)
  })

  test('DL2b: a cursor that the log has lost is reset, also in the middle of a replay', async () => {
    const world = aWorld(100)
    const { connect, feed, idle } = aHub({ world, ringLimits: { maxCount: 10 }, settings: { logBatch: 20 } })
    world.firstPosition = 41

    const { sink: lost } = connect('bob', { after: 39 })
    const { sink: kept } = connect('bob', { after: 47 })
    await idle()
    world.post('general') // 103
    feed()

    expect(lost.resets).toEqual(['all trimmed'])
    expect(lost.positions).toEqual([103])
    expect(lost.events.find(({ event }) => event === 'reset')?.id).toBe('')
    expect(kept.resets).toEqual([])
    expect(kept.positions).toEqual(upTo(103).slice(47))
  })

  test('DL2b: a batch whose border is trimmed is read from the own place', async () => {
    const world = aWorld(100)
    const { connect, idle } = aHub({ world, ringLimits: { maxCount: 10 }, settings: { logBatch: 20 } })
    world.firstPosition = 46

    const { sink } = connect('bob', { after: 47 })
    await idle()

    expect(sink.positions).toEqual(upTo(102).slice(47))
  })

  test('a failing read ends the stream without a reset, so that the client comes again with its cursor', async () => {
    const replay = () => Promise.reject(new Error('the disk is gone'))
    const { connect, hub, idle } = aHub({ onError: () => {}, world: aWorld(100), ringLimits: { maxCount: 10 }, replay })

    const { sink } = connect('bob', { after: 7 })
    await idle()

    expect(sink.events.map(({ event }) => event)).toEqual(['hello'])
    expect(sink.isEnded).toBe(true)
    expect(hub.status().failures).toBe(1)
  })

  test('DL2a: what is taken back while it is read from the log is read again', async () => {
    const world = aWorld(100)
    world.post('general', 'secret', 'm') // 103
    for (let count = 0; count < 100; count++) world.post('general')
    const held: (() => void)[] = []
    const replay = async (position: number, limit: number) => {
      const changes = await world.changesAfter(position, limit)
      await new Promise<void>((resolve) => held.push(resolve))
      return changes
    }
    const { connect, feed, idle } = aHub({ world, replay, ringLimits: { maxCount: 10 }, settings: { logBatch: 300 } })
    const { sink } = connect('bob', { after: 90 })
    await promises()

    world.deleteMessage('m') // 204
    feed()
    for (let reads = 0; reads < 2; reads++) {
      held.shift()?.()
      await idle()
    }

    expect(sink.positions).toEqual(upTo(204).slice(90))
    expect(sink.text).not.toContain('secret')
  })

  test('DL2a: what is taken back while a part of the log waits to be told is read again', async () => {
    const world = aWorld(80)
    world.post('general', 'secret', 'm') // 83
    for (let count = 0; count < 10; count++) world.post('general')
    const { clock, connect, hub, idle } = aHub({ world, ringLimits: { maxCount: 3 }, settings: { stepSlots: 10 } })
    clock.lookMs = 5 // a slice of the way each turn
    const { sink } = connect('bob', { after: 2 })
    await promises()
    expect(sink.positions).toEqual(upTo(42).slice(2))

    world.deleteMessage('m') // 94
    hub.push(world.log.slice(hub.head))
    await idle()

    expect(sink.positions).toEqual(upTo(94).slice(2))
    expect(sink.text).not.toContain('secret')
  })

  test('DL2a: what is read from the log of a deleted user has no names, also before the storage has erased them', async () => {
    const world = aWorld(80)
    world.postBy('carol', 'general', 'Carol Secret') // 83
    for (let count = 0; count < 10; count++) world.post('general')
    const { clock, connect, hub, idle } = aHub({ world, ringLimits: { maxCount: 3 }, settings: { stepSlots: 10 } })
    clock.lookMs = 5 // a slice of the way each turn
    const { sink: onTheWay } = connect('bob', { after: 2 })
    await promises()
    expect(onTheWay.positions).toEqual(upTo(42).slice(2))

    world.changeUser('carol', { deletedAt: 'now' }) // 94
    hub.push(world.log.slice(hub.head))
    await idle()
    const { sink: later } = connect('bob', { after: 2 })
    await idle()

    for (const sink of [onTheWay, later]) {
      expect(sink.positions).toEqual(upTo(94).slice(2))
      expect(sink.text).not.toContain('Carol Secret')
    }
    expect(world.log[82]?.json).toContain('Carol Secret')
  })

  test('who is removed while the log is read for them gets nothing of the room from then on', async () => {
    const world = aWorld(100)
    const { connect, feed, idle } = aHub({ world, ringLimits: { maxCount: 10 }, settings: { logBatch: 20 } })
    world.createRoom('plans', 'private') // 103
    world.join('bob', 'plans') // 104
    for (let count = 0; count < 20; count++) world.post('plans')
    feed()
    const { sink } = connect('bob', { after: 90 })

    world.leave('bob', 'plans') // 125
    world.post('general') // 126
    feed()
    await idle()

    expect(sink.positions).toEqual([...upTo(102).slice(90), 125, 126])
  })

  test('joined while the log is read: the room is reset in its place', async () => {
    const world = aWorld(100)
    const { connect, feed, idle } = aHub({ world, ringLimits: { maxCount: 10 }, settings: { logBatch: 20 } })
    world.createRoom('plans', 'private') // 103
    world.post('plans') // 104
    feed()
    const { sink } = connect('bob', { after: 90 })

    world.join('bob', 'plans') // 105
    world.post('plans') // 106
    feed()
    await idle()

    expect(sink.positions).toEqual([...upTo(102).slice(90), 105, 106])
    const order = sink.events.map(({ data, event }) => (event === 'message' ? data.position : event))
    expect(order.slice(-3)).toEqual(['reset', 105, 106])
  })

  test('removed and added again inside the gap: the room is reset in front, and nothing of it is told up to there', () => {
    const world = aWorld(0)
    world.leave('bob', 'general') // 3
    world.post('general') // 4
    world.join('bob', 'general') // 5
    world.post('general') // 6
    const { connect } = aHub({ world })

    const { sink } = connect('bob', { after: 2 })

    expect(sink.resets).toEqual(['general joined'])
    expect(sink.events[1]?.event).toBe('reset')
    expect(sink.positions).toEqual([5, 6])
  })

  test('removed inside the gap: the removal is told and nothing else of the room', () => {
    const world = aWorld(0)
    world.turn('general', 'private') // 3
    world.post('general') // 4
    world.read('bob', 'general') // 5
    world.leave('bob', 'general') // 6
    world.post('general') // 7
    const { connect } = aHub({ world })

    // The turn itself was for the whole site.
    expect(connect('bob', { after: 2 }).sink.positions).toEqual([3, 6])
  })

  test('what the site was told of a room is not replayed once the room is private, but that it turned so', () => {
    const world = aWorld(0)
    world.rename('general') // 3
    world.turn('general', 'private') // 4
    world.rename('general') // 5
    const { connect } = aHub({ world })

    expect(connect('carol', { after: 0 }).sink.positions).toEqual([4])
    expect(connect('bob', { after: 2 }).sink.positions).toEqual([3, 4, 5])
  })

  test('a room’s turn to private is not replayed to an account that was made after it, whatever its cursor', () => {
    const world = aWorld(0)
    const { at } = world.turn('general', 'private') // 3
    const { connect } = aHub({ world })
    const told = (createdAt: number) =>
      connect('carol', { after: 0, readership: { ...world.readership('carol'), createdAt } }).sink.positions

    expect(told(at)).toEqual([3])
    expect(told(at + 1)).toEqual([])
  })

  test('a room deleted inside the gap is told of to its members alone', () => {
    const world = aWorld(0)
    world.post('general') // 3
    world.deleteRoom('general') // 4
    const { connect } = aHub({ world })

    expect(connect('bob', { after: 2 }).sink.positions).toEqual([4])
    expect(connect('carol', { after: 2 }).sink.positions).toEqual([])
  })

  test('a room feed without a cursor tells what is stored, and goes on from its label', async () => {
    const { connect, feed, idle, world } = aHub({ world: aWorld(3) })

    const { sink } = connect('carol', { feedOf: 'general' })
    await idle()
    world.post('general') // 6
    feed()

    expect(sink.events.map(({ event, id }) => [event, id])).toEqual([
      ['hello', undefined],
      ['messages', 'e1.5'],
      ['message', 'e1.6'],
    ])
  })

  test('a room feed is replayed what is of its room, and nothing else of the site', () => {
    const world = aWorld(1)
    world.changeSite() // 4
    world.createRoom('random', 'public') // 5
    world.rename('general') // 6
    world.read('bob', 'general') // 7
    world.post('random') // 8
    const { connect } = aHub({ world })

    expect(connect('bob', { feedOf: 'general', after: 2 }).sink.positions).toEqual([3, 6])
  })

  test('a room feed heals itself: a reset is followed by what is stored', async () => {
    const { connect, feed, idle, world } = aHub({ world: aWorld(3) })

    const { sink } = connect('carol', { feedOf: 'general', cursor: 'e9.3' })
    await idle()
    world.post('general') // 6
    feed()

    expect(sink.events.map(({ event, id }) => [event, id]).slice(1)).toEqual([
      ['reset', ''],
      ['messages', 'e1.5'],
      ['message', 'e1.6'],
    ])
  })

  test('a room feed of somebody who may read only since then begins anew', async () => {
    const world = aWorld(0)
    world.createRoom('plans', 'private') // 3
    world.join('carol', 'plans') // 4
    const { connect, idle } = aHub({ world })

    const { sink } = connect('carol', { feedOf: 'plans', after: 3 })
    await idle()

    expect(sink.events.map(({ event, id }) => [event, id]).slice(1)).toEqual([
      ['reset', undefined],
      ['messages', 'e1.4'],
    ])
  })

  test('DL7: what was loaded ahead of the feed is not told again', async () => {
    const world = aWorld(3)
    const { connect, feed, idle } = aHub({ world, head: 5 })
    world.post('general') // 6
    world.post('general') // 7
    const load = async () => ({ position: 6, bytes: messagesFrame(6) })

    const { sink } = connect('carol', { feed: { kind: 'room', roomId: 'general', load }, readAt: 5 })
    await idle()
    feed()

    expect(sink.positions).toEqual([7])
  })

  test('DL7: what drains before the feed has come to the label of what was loaded changes nothing', async () => {
    const world = aWorld(3)
    const { connect, feed, hub, idle } = aHub({ world, head: 5 })
    world.post('general') // 6
    const { sink } = connect('carol', { feedOf: 'general', readAt: 5 })
    await idle()

    sink.drain()
    await idle()
    world.post('general') // 7
    feed()

    expect(sink.positions).toEqual([7])
    expect(hub.status().failures).toBe(0)
  })

  test('a room that is deleted while a member lags is told of when the member is back', () => {
    const { clock, connect, feed, world } = aHub({ world: aWorld(0) })
    const { sink, subscription } = connect('bob')
    sink.stall()
    sink.bufferedBytes = 65_537
    world.post('general') // 3
    feed()
    clock.pass(20_000)
    expect(subscription.state).toBe('lagging')

    world.deleteRoom('general') // 4
    feed()
    sink.drain()
    clock.settle()

    expect(sink.positions).toEqual([4])
  })

  test('a reader for whom the room is gone when it is loaded is told so, and no fault is', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const { connect, idle } = aHub({ world: aWorld(1), onError })
    const gone = () => Promise.reject(new ChatError('not_found'))

    const { sink } = connect('bob', { feed: { kind: 'room', roomId: 'general', load: gone } })
    await idle()

    expect(sink.bye).toBe('removed')
    expect(onError).not.toHaveBeenCalled()
  })

  test('a reader who lost the room while it was loaded gets nothing of it', async () => {
    const world = aWorld(3)
    const { connect, feed, idle } = aHub({ world })
    const { sink } = connect('carol', { feedOf: 'general' })

    world.turn('general', 'private')
    feed()
    await idle()

    expect(sink.events.map(({ event }) => event)).toEqual(['hello', 'bye'])
  })
})

/** general (1) is public, with bob (2), and has some messages. */
function aWorld(messages: number): World {
  const world = new World()
  world.createRoom('general', 'public')
  world.join('bob', 'general')
  for (let count = 0; count < messages; count++) world.post('general')
  return world
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
