import { describe, expect, test, vi } from 'vitest'
import { aHub } from './testing/a-hub.ts'
import { sseShape } from './frame.ts'
import type { Shape } from './shape.ts'
import { World } from './testing/world.ts'

describe('delivery', () => {
  test('DL2: a hole or a repetition is refused, and what came before it in the same push is told', () => {
    const { connect, hub, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')
    const [first, , third] = [world.post('general'), world.post('general'), world.post('general')]

    expect(() => hub.push([first, third])).toThrow('expected 8, got 9')
    expect(() => hub.push([first])).toThrow('expected 8, got 7')

    expect(sink.positions).toEqual([7])
    expect(hub.head).toBe(7)
  })

  test('DL5: what was pushed is written when push returns', () => {
    const { connect, hub, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')

    hub.push([world.post('general')])

    expect(sink.positions).toEqual([7])
  })

  test('a room reaches the personal feeds of its members alone, and its own feed every reader', () => {
    const { connect, feed, world } = aHub({ world: aWorld() })
    const readers = { alice: connect('alice'), carol: connect('carol'), gina: connect('gina') }
    const feeds = {
      alice: connect('alice', { feedOf: 'general', after: 6 }),
      carol: connect('carol', { feedOf: 'general', after: 6 }),
    }

    world.post('general') // 7
    world.post('plans') // 8, of alice and gina
    feed()

    expect(positionsOf(readers)).toEqual({ alice: [7, 8], carol: [], gina: [8] })
    expect(positionsOf(feeds)).toEqual({ alice: [7], carol: [7] })
  })

  test('the site reaches all but guests, a user that user, the server nobody', () => {
    const { connect, feed, world } = aHub({ world: aWorld() })
    const readers = { alice: connect('alice'), carol: connect('carol'), gina: connect('gina') }
    const room = connect('alice', { feedOf: 'general', after: 6 })

    world.changeSite() // 7
    world.read('gina', 'plans') // 8
    world.commit({ type: 'user.created', audience: ['server'], userId: 'dora', payload: {} }) // 9
    feed()

    expect(positionsOf(readers)).toEqual({ alice: [7], carol: [7], gina: [8] })
    expect(room.sink.positions).toEqual([])
  })

  test('a change of a public room reaches each reader once, and guests as members', () => {
    const { connect, feed, world } = aHub({ world: aWorld() })
    world.join('gina', 'general')
    feed()
    const readers = { alice: connect('alice'), carol: connect('carol'), gina: connect('gina') }
    const room = connect('alice', { feedOf: 'general', after: 7 })

    world.rename('general') // 8
    feed()

    expect(positionsOf(readers)).toEqual({ alice: [8], carol: [8], gina: [8] })
    expect(room.sink.positions).toEqual([8])
  })

  test('joining resets the room without an id and tells of it from there', () => {
    const { connect, feed, world } = aHub({ world: aWorld() })
    const { sink } = connect('carol')

    world.post('plans')
    world.join('carol', 'plans') // 8
    world.post('plans') // 9
    feed()

    expect(sink.events.slice(1).map(({ event, id }) => [event, id])).toEqual([
      ['reset', undefined],
      ['message', 'e1.8'],
      ['message', 'e1.9'],
    ])
    expect(sink.resets).toEqual(['plans joined'])
  })

  test('a removal from a room: its own feed ends with bye, the personal one is told and lives on without the room', () => {
    const { connect, feed, world } = aHub({ world: aWorld() })
    const personal = connect('alice')
    const room = connect('alice', { feedOf: 'plans', after: 6 })
    const other = connect('gina', { feedOf: 'plans', after: 6 })

    world.leave('alice', 'plans') // 7
    world.post('plans') // 8
    world.post('general') // 9
    feed()

    expect(personal.sink.positions).toEqual([7, 9])
    expect(room.sink.events.at(-1)).toMatchObject({ event: 'bye', data: { reason: 'removed', reconnect: false } })
    expect(room.sink.positions).toEqual([])
    expect(other.sink.positions).toEqual([7, 8])
  })

  test.each([
    ['removed from it', (world: World) => world.leave('alice', 'general')],
    ['told that it was deleted', (world: World) => world.deleteRoom('general')],
  ])('a slow reader of a room is told nothing more of it once %s, also of what waited', (_, take) => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')
    sink.stall()
    sink.bufferedBytes = 65_537
    world.post('general', 'said before')
    feed()

    const { position } = take(world)
    feed()
    sink.drain()
    clock.settle()

    expect(sink.text).not.toContain('said before')
    expect(sink.positions).toEqual([position])
  })

  test('a slow watcher of a room that turns private is told nothing of what waited', () => {
    const world = aWorld()
    world.createRoom('open', 'public')
    const { clock, connect, feed, hub } = aHub({ world })
    const { sink, subscription } = connect('carol')
    hub.watch({ streamId: subscription.streamId, userId: 'carol', roomIds: ['open'] })
    sink.stall()
    sink.bufferedBytes = 65_537
    world.post('open', 'said before')
    feed()

    const { position } = world.turn('open', 'private')
    feed()
    sink.drain()
    clock.settle()

    expect(sink.text).not.toContain('said before')
    expect(sink.positions).toEqual([position])
  })

  test('a turn to private is told to those who lose the room, and nothing after it', () => {
    const { connect, feed, hub, world } = aHub({ world: aWorld() })
    const member = connect('alice')
    const watcher = connect('carol')
    const room = connect('carol', { feedOf: 'general', after: 6 })
    hub.watch({ streamId: watcher.subscription.streamId, userId: 'carol', roomIds: ['general'] })

    world.turn('general', 'private') // 7
    world.post('general') // 8
    world.rename('general') // 9
    feed()

    expect(member.sink.positions).toEqual([7, 8, 9])
    expect(watcher.sink.positions).toEqual([7])
    expect(watcher.sink.resets).toEqual(['general watching', 'general watching'])
    expect(room.sink.positions).toEqual([7])
    expect(room.sink.bye).toBe('removed')
  })

  test('a deleted room is told to its members, and nothing after it', () => {
    const { connect, feed, hub, world } = aHub({ world: aWorld() })
    const member = connect('alice')
    const stranger = connect('carol')
    const room = connect('alice', { feedOf: 'plans', after: 6 })

    world.deleteRoom('plans') // 7
    world.commit({ type: 'message.edited', audience: ['room:plans'], roomId: 'plans', payload: {} }) // 8
    feed()

    expect(member.sink.positions).toEqual([7])
    expect(stranger.sink.positions).toEqual([])
    expect(room.sink.positions).toEqual([7])
    expect(room.sink.bye).toBe('removed')
    expect(hub.status().streams).toEqual({ personal: 2, room: 0 })
  })

  test.each([
    ['the session ends', (world: World) => world.endSession('alice', 'one'), 'session_ended', false],
    ['the token is deleted', (world: World) => world.deleteToken('alice', 'one'), 'revoked', false],
    ['the user is deleted', (world: World) => world.changeUser('alice', { deletedAt: 'now' }), 'session_ended', false],
    [
      'the user is suspended',
      (world: World) => world.changeUser('alice', { suspendedAt: 'now' }),
      'session_ended',
      false,
    ],
  ])('when %s its streams end at once, and no other', (_when, end, reason, reconnect) => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const personal = connect('alice', { sessionId: 'one', tokenId: 'one' })
    const room = connect('alice', { feedOf: 'general', after: 6, sessionId: 'one', tokenId: 'one' })
    const other = connect('carol', { sessionId: 'two', tokenId: 'two' })

    end(world)
    world.post('general')
    feed()

    for (const { sink } of [personal, room]) {
      expect(sink.events.at(-1)?.data).toEqual({ reason, reconnect })
      expect(sink.positions).toEqual([])
      expect(sink.isEnded).toBe(true)
    }
    expect(other.sink.bye).toBeUndefined()
    clock.pass(2_000)
    expect(personal.sink.isDestroyed).toBe(true)
    expect(other.sink.isDestroyed).toBe(false)
  })

  test('a member who becomes a guest keeps the rooms that were joined and loses the public ones', () => {
    const { connect, feed, hub, world } = aHub({ world: aWorld() })
    const personal = connect('carol')
    const room = connect('carol', { feedOf: 'general', after: 6 })
    hub.watch({ streamId: personal.subscription.streamId, userId: 'carol', roomIds: ['general'] })

    world.guests.add('carol')
    const profile = world.changeUser('carol', { siteRole: 'guest' })
    world.post('general')
    world.changeSite()
    feed()

    // Of oneself one is told; of the room nothing but that it must be let go.
    expect(personal.sink.positions).toEqual([profile.position])
    expect(personal.sink.resets).toEqual(['general watching', 'general watching'])
    expect(room.sink.bye).toBe('removed')
  })

  test('a shape that throws ends its own stream without the change, and the others are told', () => {
    const errors: unknown[] = []
    const { connect, feed, hub, world } = aHub({ world: aWorld(), onError: (error) => void errors.push(error) })
    const shape: Shape = {
      ...sseShape,
      name: 'broken',
      encode: () => {
        throw new Error('no such author')
      },
    }
    const broken = connect('alice', { shape })
    const other = connect('alice')

    world.post('general')
    feed()

    expect(broken.sink.events.map(({ event }) => event)).toEqual(['hello'])
    expect(broken.sink.isEnded).toBe(true)
    expect(other.sink.positions).toEqual([7])
    expect(errors).toEqual([new Error('no such author')])
    expect(hub.status().failures).toBe(1)
  })

  test('a shape that throws while a room is taken from its reader holds up neither the removal nor the others', () => {
    const onError = vi.fn<(error: unknown) => void>()
    const { connect, feed, world } = aHub({ world: aWorld(), onError })
    const encode = (): never => {
      throw new Error('a bug')
    }
    connect('alice', { shape: { ...sseShape, name: 'broken', encode } })
    const { sink } = connect('gina')

    const told = [world.post('plans'), world.leave('alice', 'plans'), world.post('plans')]
    feed()

    expect(onError).toHaveBeenCalledOnce()
    expect(sink.positions).toEqual(told.map(({ position }) => position))
  })

  test('DL2a: an edit leaves nothing of the earlier text in the ring, for those who come back either', () => {
    const { connect, feed, world } = aHub({ world: aWorld() })
    world.post('general', 'secret', 'm') // 7
    feed()

    world.edit('m', 'public') // 8
    feed()

    const { sink } = connect('alice', { after: 6 })
    expect(sink.positions).toEqual([7, 8])
    expect(sink.text).not.toContain('secret')
    expect(sink.events.at(-2)?.data.payload?.message?.text).toBe('public')
  })

  test('DL2a: what a later change took back leaves a place that nobody is told of', () => {
    const { connect, feed, hub, world } = aHub({ world: aWorld() })
    world.post('general', 'secret one', 'm') // 7
    world.edit('m', 'secret two') // 8
    world.read('alice', 'general', 1) // 9
    feed()

    world.deleteMessage('m') // 10
    world.read('alice', 'general', 2) // 11
    feed()

    const { sink } = connect('alice', { after: 6 })
    expect(sink.positions).toEqual([7, 10, 11])
    expect(sink.text).not.toContain('secret')
    expect(hub.head).toBe(11)
  })

  test('DL2a: once a user is deleted the ring has no name of theirs, for those who come back or still wait', () => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const { sink: waiting } = connect('alice')
    waiting.stall()
    waiting.bufferedBytes = 70_000
    world.postBy('carol', 'general', 'Carol Secret') // 7
    world.postBy('alice', 'general', 'Alice') // 8
    feed()
    const { sink: before } = connect('alice', { after: 6 })
    expect(before.text).toContain('Carol Secret')

    world.changeUser('carol', { deletedAt: 'now' }) // 9
    feed()
    waiting.drain()
    clock.settle()

    const { sink: back } = connect('alice', { after: 6 })
    for (const sink of [back, waiting]) {
      expect(sink.positions).toEqual([7, 8, 9])
      expect(sink.text).not.toContain('Carol Secret')
      expect(sink.text).toContain('"displayName":"Alice"')
    }
  })

  test('DL2a: who still waits for a message that is deleted meanwhile never gets its text', () => {
    const { clock, connect, feed, world } = aHub({ world: aWorld() })
    const { sink } = connect('alice')
    sink.stall()
    sink.bufferedBytes = 70_000
    world.post('general', 'secret', 'm')
    world.post('general', 'other')
    feed()

    world.deleteMessage('m')
    feed()
    sink.drain()
    clock.settle()

    expect(sink.positions).toEqual([7, 8, 9])
    expect(sink.text).not.toContain('secret')
  })

  function positionsOf(readers: Record<string, { sink: { positions: number[] } }>): Record<string, number[]> {
    return Object.fromEntries(Object.entries(readers).map(([name, { sink }]) => [name, sink.positions]))
  }
})

/** general is public, with alice; plans is private, with alice and the guest gina; carol is in neither. The head is 6. */
function aWorld(): World {
  const world = new World()
  world.guests.add('gina')
  world.createRoom('general', 'public')
  world.createRoom('plans', 'private')
  world.join('alice', 'general')
  world.join('alice', 'plans')
  world.join('gina', 'plans')
  world.post('plans')
  return world
}
