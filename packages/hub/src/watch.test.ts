import { describe, expect, test } from 'vitest'
import { aHub } from './testing/a-hub.ts'
import { World } from './testing/world.ts'

describe('watching', () => {
  test('a watched room begins with its reset and is then told like a joined one', () => {
    const { connect, feed, hub, world } = aHub({ world: aWorld() })
    const { sink, subscription } = connect('carol')

    world.post('general')
    feed()
    expect(hub.watch({ streamId: subscription.streamId, userId: 'carol', roomIds: ['general'] })).toBe('done')
    world.post('general') // 6
    feed()

    expect(sink.events.slice(1).map(({ event, id }) => [event, id])).toEqual([
      ['reset', undefined],
      ['message', 'e1.6'],
    ])
    expect(sink.resets).toEqual(['general watching'])
  })

  test('the list replaces the earlier one, and only what is new in it is reset', () => {
    const { clock, connect, feed, hub, world } = aHub({ world: aWorld() })
    const { sink, subscription } = connect('carol')
    const watch = (...roomIds: string[]) => {
      const result = hub.watch({ streamId: subscription.streamId, userId: 'carol', roomIds })
      clock.settle()
      return result
    }

    watch('general', 'random')
    watch('random')
    world.post('general') // 5
    world.post('random') // 6
    feed()
    watch('random', 'general')

    expect(sink.resets).toEqual(['general watching', 'random watching', 'general watching'])
    expect(sink.positions).toEqual([6])
  })

  test('a room that is joined while watched is told once, and after leaving it must be watched anew', () => {
    const { connect, feed, hub, world } = aHub({ world: aWorld() })
    const { sink, subscription } = connect('carol')
    const watch = () => hub.watch({ streamId: subscription.streamId, userId: 'carol', roomIds: ['general'] })

    watch()
    world.join('carol', 'general') // 5
    world.post('general') // 6
    world.leave('carol', 'general') // 7
    world.post('general') // 8
    feed()
    watch()
    world.post('general') // 9
    feed()

    expect(sink.positions).toEqual([5, 6, 7, 9])
    expect(sink.resets).toEqual(['general watching', 'general joined', 'general watching'])
  })

  test('nothing is changed by a list that is too long, names a room that may not be read, or is for a foreign stream', () => {
    const { connect, hub, world } = aHub({ world: aWorld() })
    world.guests.add('gina')
    const { sink, subscription } = connect('carol')
    const { streamId } = subscription
    const guest = connect('gina').subscription
    const room = connect('carol', { feedOf: 'general', after: 4 }).subscription

    expect(hub.watch({ streamId, userId: 'carol', roomIds: Array.from({ length: 11 }, () => 'general') })).toBe(
      'too_many',
    )
    expect(hub.watch({ streamId, userId: 'carol', roomIds: ['general', 'plans'] })).toBe('unreadable_room')
    expect(hub.watch({ streamId, userId: 'alice', roomIds: ['general'] })).toBe('unknown_stream')
    expect(hub.watch({ streamId: 'none', userId: 'carol', roomIds: ['general'] })).toBe('unknown_stream')
    expect(hub.watch({ streamId: room.streamId, userId: 'carol', roomIds: ['general'] })).toBe('unknown_stream')
    expect(hub.watch({ streamId: guest.streamId, userId: 'gina', roomIds: ['general'] })).toBe('unreadable_room')
    expect(sink.resets).toEqual([])
  })

  test('one that lags is reset on its way back for what it watches by then, and for nothing else', () => {
    const { clock, connect, feed, hub, world } = aHub({ world: aWorld() })
    const { sink, subscription } = connect('carol')
    const watch = (...roomIds: string[]) => hub.watch({ streamId: subscription.streamId, userId: 'carol', roomIds })
    sink.stall()
    sink.bufferedBytes = 65_537
    world.changeSite() // 5
    feed()
    clock.pass(20_000)
    expect(subscription.state).toBe('lagging')

    watch('random')
    watch('general')
    world.join('carol', 'plans') // 6
    world.leave('carol', 'plans') // 7
    feed()
    expect(sink.resets).toEqual([])
    sink.drain()
    clock.settle()

    expect(sink.resets).toEqual(['general watching'])
    expect(sink.positions).toEqual([5, 7])
  })

  test('DL2a: what waits for one who does not watch the room any more is rewritten all the same', () => {
    const { clock, connect, feed, hub, world } = aHub({ world: aWorld() })
    const [quick, slow] = [connect('carol'), connect('dora')]
    const watch = (userId: string, client: typeof slow, ...roomIds: string[]) =>
      hub.watch({ streamId: client.subscription.streamId, userId, roomIds })
    watch('carol', quick, 'general')
    watch('dora', slow, 'general')
    clock.settle()
    slow.sink.stall()
    slow.sink.bufferedBytes = 65_537
    hub.push([world.post('random')]) // 5, of nobody
    hub.push([world.post('general', 'secret', 'm'), world.post('general', 'other')]) // 6, 7
    clock.settle()
    expect(quick.sink.text).toContain('secret')

    watch('dora', slow)
    world.deleteMessage('m') // 8
    feed()
    slow.sink.drain()
    clock.settle()

    expect(slow.sink.positions).toEqual([6, 7])
    expect(slow.sink.text).not.toContain('secret')
  })

  test('one that lagged is reset again for what it began to watch meanwhile, and gets the rest', () => {
    const { clock, connect, feed, hub, world } = aHub({ world: aWorld() })
    const { sink, subscription } = connect('carol')
    sink.stall()
    sink.bufferedBytes = 65_537
    world.changeSite() // 5
    feed()
    hub.watch({ streamId: subscription.streamId, userId: 'carol', roomIds: ['general'] })
    clock.pass(20_000)
    expect(subscription.state).toBe('lagging')
    world.post('general') // 6
    feed()

    sink.drain()
    clock.settle()

    expect(sink.resets).toEqual(['general watching'])
    expect(sink.positions).toEqual([5, 6])
  })
})

describe('signals', () => {
  test('DL9: a signal reaches members, watchers and the room feed at once, without an id, and nobody later', () => {
    const { clock, connect, feed, hub, world } = aHub({ world: aWorld() })
    const alice = connect('alice').sink
    const watching = connect('carol')
    const room = connect('carol', { feedOf: 'general', after: 4 }).sink
    const stranger = connect('dora').sink
    hub.watch({ streamId: watching.subscription.streamId, userId: 'carol', roomIds: ['general'] })
    clock.settle()

    hub.signal({ kind: 'typing', roomId: 'general', userId: 'alice', forMs: 6_000 })
    clock.settle()
    world.post('general') // 5
    feed()

    for (const sink of [alice, watching.sink, room]) {
      const seen = sink.events.filter(({ event }) => event === 'signal' || event === 'message')
      expect(seen.map(({ event, id }) => [event, id])).toEqual([
        ['signal', undefined],
        ['message', 'e1.5'],
      ])
      expect(seen[0]?.data).toEqual({ kind: 'typing', roomId: 'general', userId: 'alice', forMs: 6_000 })
    }
    expect(stranger.events).toHaveLength(1)
    expect(connect('alice', { after: 4 }).sink.events.map(({ event }) => event)).toEqual(['hello', 'message'])
  })

  test('DL9: who is behind does without', () => {
    const { clock, connect, feed, hub, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')
    sink.stall()
    sink.bufferedBytes = 65_537
    world.post('general')
    feed()

    hub.signal({ kind: 'typing', roomId: 'general', userId: 'bob', forMs: 6_000 })
    sink.drain()
    clock.settle()

    expect(sink.events.map(({ event }) => event)).toEqual(['hello', 'message'])
  })
})

/** general and random are public, plans is not; alice is in general. The head is 4. */
function aWorld(): World {
  const world = new World()
  world.createRoom('general', 'public')
  world.createRoom('random', 'public')
  world.createRoom('plans', 'private')
  world.join('alice', 'general')
  return world
}
