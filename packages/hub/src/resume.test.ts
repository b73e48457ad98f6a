/**
 * The main promise, tried on random histories: whoever comes back, at whatever position and however old what was read of
 * them is, is told exactly what the rules say, and never anything of a room that they may not read.
 */

import type { CommittedChange } from '@suda/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { aHub, type HubSetUp } from './testing/a-hub.ts'
import { parseEvents, type FakeSink } from './testing/fake-sink.ts'
import { World } from './testing/world.ts'

const USERS = ['alice', 'bob', 'gina'] // gina is a guest
const ROOMS = ['general', 'plans', 'random']

test('DL6: resumed from every position of a run, a stream tells exactly what came after it', async () => {
  await fc.assert(
    fc.asyncProperty(histories(), hubs(), async (steps, setUp) => {
      const world = worldOf(steps)
      const { connect, idle } = aHub({ world, ...setUp })

      for (let cursor = 0; cursor <= world.head; cursor++) {
        for (const userId of USERS) {
          const { sink } = connect(userId, { after: cursor })
          await idle()
          expectTold(sink, world, userId, cursor)
          sink.disconnect()
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('step 4: what was read of the reader may be as old as the cursor, the answer is the same', async () => {
  await fc.assert(
    fc.asyncProperty(histories(), fc.nat(), fc.nat(), async (steps, a, b) => {
      const world = worldOf(steps)
      const cursor = a % (world.head + 1)
      const readAt = cursor + (b % (world.head + 1 - cursor))
      const { connect, idle } = aHub({ world })

      for (const userId of USERS) {
        const { sink } = connect(userId, { after: cursor, readAt })
        await idle()
        expectTold(sink, world, userId, cursor)
      }
    }),
    { numRuns: 200 },
  )
})

test('a stream that stays tells each change that concerns its reader once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(histories(), hubs(10_000), fc.array(fc.nat(20)), async (steps, setUp, pauses) => {
      const world = new World()
      world.guests.add('gina')
      const { connect, feed, idle } = aHub({ world, ...setUp })
      const clients = USERS.map((userId) => ({ userId, sink: connect(userId, { after: 0 }).sink }))

      for (const [index, step] of steps.entries()) {
        step(world)
        if (pauses.includes(index)) continue // several changes in one push
        feed()
        await idle()
      }
      feed()
      await idle()

      for (const { sink, userId } of clients) {
        // What was taken back before it could be told is not told any more (DL2a).
        const told = sink.positions
        const isVoid = (position: number) => world.log[position - 1]?.type === 'void'
        const due = liveTold(world, userId).filter((position) => told.includes(position) || !isVoid(position))
        expect(told).toEqual(due)
        expectNothingForeign(sink.text, world, userId)
      }
    }),
    { numRuns: 100 },
  )
})

test('DL12: one that falls behind and comes back is told what one is told who was away', async () => {
  const pairs = fc.tuple(histories(), someSteps())
  await fc.assert(
    fc.asyncProperty(pairs, hubs(), async ([before, meanwhile], setUp) => {
      const world = worldOf(before)
      const { clock, connect, feed, idle } = aHub({ world, ...setUp })
      const clients = USERS.map((userId) => ({ userId, ...connect(userId, { after: world.head }) }))
      await idle()
      const cursor = world.head
      for (const { sink } of clients) {
        sink.stall()
        sink.bufferedBytes = 65_537
      }

      world.changeSite() // something to wait for
      world.createUser('alice')
      world.commit({ type: 'user.created', audience: ['user:gina'], userId: 'gina', payload: {} })
      feed()
      clock.pass(20_000)
      for (const step of meanwhile) {
        step(world)
        feed()
      }
      for (const { sink } of clients) sink.drain()
      await idle()

      for (const { sink, subscription, userId } of clients) {
        expect(subscription.state).toBe('live')
        expectTold(sink, world, userId, cursor)
      }
    }),
    { numRuns: 100 },
  )
})

test('cut anywhere and resumed by the last id: nothing is missing, nothing comes twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories(),
      hubs(),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }),
      async (steps, setUp, cuts) => {
        const world = new World()
        world.guests.add('gina')
        const { connect, feed, idle } = aHub({ world, ...setUp })
        let client = connect('alice', { after: 0 })
        let cursor = 0
        const told: number[] = []

        for (const [index, step] of steps.entries()) {
          step(world)
          feed()
          if (index % 3 > 0) await idle()
          const cut = cuts[index % cuts.length] ?? 0
          if (cut > 0.7) continue
          // The connection breaks somewhere inside the bytes; the parser drops what is not whole.
          const bytes = Buffer.concat(client.sink.writes)
          const seen = parseEvents(bytes.subarray(0, Math.floor(bytes.length * cut)).toString())
          const positions = seen.flatMap(({ data, event }) => (event === 'message' ? [data.position ?? 0] : []))
          told.push(...positions)
          cursor = positions.at(-1) ?? cursor
          client.sink.disconnect()
          client = connect('alice', { after: cursor })
          await idle()
          expectTold(client.sink, world, 'alice', cursor)
        }

        expect(told).toEqual([...new Set(told)].toSorted((a, b) => a - b))
      },
    ),
    { numRuns: 60 },
  )
})

test('the check itself finds a change that is lost, told twice, told late or told to a stranger', () => {
  const world = worldOf([
    (w) => w.createRoom('general', 'public'),
    (w) => w.join('alice', 'general'),
    (w) => w.post('general'),
    (w) => w.post('general'),
  ])
  const { connect } = aHub({ world })
  const { sink } = connect('alice', { after: 2 })
  expectTold(sink, world, 'alice', 2)
  const [hello, frames] = [sink.writes.slice(0, 1), sink.text.split('\n\n').slice(-3, -1)]
  const faulty = (...parts: (string | undefined)[]) => {
    sink.writes.splice(0, Infinity, ...hello, ...parts.map((part) => Buffer.from(`${part}\n\n`)))
    return () => expectTold(sink, world, 'alice', 2)
  }

  expect(faulty(frames[0], frames[1])).not.toThrow()
  expect(faulty(frames[1])).toThrow()
  expect(faulty(frames[0], frames[0], frames[1])).toThrow()
  expect(faulty(frames[1], frames[0])).toThrow()
  expect(() => expectNothingForeign(sink.text.replaceAll('general', 'elsewhere'), world, 'alice')).toThrow()
})

/** After all is said: resets, changes in order, and each id with its change. */
function expectTold(sink: FakeSink, world: World, userId: string, cursor: number): void {
  const events = sink.events.slice(1)
  expect(sink.resets.toSorted()).toEqual(resetsOf(world, userId, cursor))
  expect(sink.positions).toEqual(replayTold(world, userId, cursor))
  for (const { data, event, id } of events) expect(id).toBe(event === 'message' ? `e1.${data.position}` : undefined)
  expectNothingForeign(sink.text, world, userId, cursor)
}

/** Step 3. */
function resetsOf(world: World, userId: string, cursor: number): string[] {
  const rooms = world.readership(userId).rooms
  return rooms
    .filter(({ deletedAt, since }) => deletedAt === undefined && since > cursor)
    .map(({ roomId }) => `${roomId} joined`)
    .toSorted()
}

function replayTold(world: World, userId: string, cursor: number): number[] {
  return world.log
    .filter((change) => change.position > cursor && isToldNow(change, world, userId))
    .map(({ position }) => position)
}

function isToldNow({ audience, json, position, roomId, type }: CommittedChange, world: World, userId: string): boolean {
  const isGuest = world.guests.has(userId)
  const room = roomId === undefined ? undefined : world.now.rooms.get(roomId)
  const joined = room?.members.get(userId)
  const isDeleted = room?.deletedAt !== undefined
  if (type === 'void') return false
  if (room === undefined) return audience.includes(`user:${userId}`) || (audience.includes('site') && !isGuest)
  if (isDeleted)
    return (
      (type === 'room.deleted' && joined !== undefined) ||
      turnedPrivate(json, audience, isGuest) ||
      leftOf(type, audience, userId)
    )
  if (joined !== undefined) {
    const isFor = (one: string) => one === `room:${roomId}` || one === `user:${userId}` || (one === 'site' && !isGuest)
    return position >= joined && audience.some(isFor)
  }
  if (leftOf(type, audience, userId)) return true
  if (audience.includes(`user:${userId}`)) return room.isPublic && !isGuest
  if (!audience.includes('site') || isGuest) return false
  return room.isPublic || turnedPrivate(json, audience, isGuest)
}

function leftOf(type: string, audience: readonly string[], userId: string): boolean {
  return type === 'member.left' && audience.includes(`user:${userId}`)
}

function turnedPrivate(json: string, audience: readonly string[], isGuest: boolean): boolean {
  return !isGuest && audience.includes('site') && json.includes('"private"')
}

/** By what was true when each change came; what was taken back since then was told in its time. */
function liveTold(world: World, userId: string): number[] {
  return world.said.filter((change) => isToldLive(change, world, userId)).map(({ position }) => position)
}

function isToldLive(
  { audience, json, position, roomId, type }: CommittedChange,
  world: World,
  userId: string,
): boolean {
  const isByBefore = type === 'room.deleted' || (type === 'room.changed' && json.includes('"private"'))
  const facts = world.factsAt(isByBefore ? position - 1 : position)
  const room = roomId === undefined ? undefined : facts.rooms.get(roomId)
  if (audience.includes(`user:${userId}`)) return true
  if (audience.includes('site') && !world.guests.has(userId)) return true
  return roomId !== undefined && audience.includes(`room:${roomId}`) && room?.members.has(userId) === true
}

/** Whatever the rules of delivery: a text of a room stands only in streams of those who were or are members. */
function expectNothingForeign(text: string, world: World, userId: string, cursor?: number): void {
  for (const { data, event } of parseEvents(text)) {
    if (event !== 'message' || data.type?.startsWith('message.') !== true) continue
    const rooms = cursor === undefined ? world.factsAt(data.position ?? 0).rooms : world.now.rooms
    expect(rooms.get(data.roomId ?? '')?.members.has(userId)).toBe(true)
  }
}

type Step = (world: World) => unknown

/** Steps that make no sense where they come are passed over, so that shrinking stays simple. */
function someSteps(): fc.Arbitrary<Step[]> {
  const room = fc.constantFrom(...ROOMS)
  const user = fc.constantFrom(...USERS)
  const visibility = fc.constantFrom('public' as const, 'private' as const)
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.tuple(room, visibility).map(
        ([r, v]) =>
          (w: World) =>
            w.now.rooms.has(r) || w.createRoom(r, v),
      ),
    },
    {
      weight: 5,
      arbitrary: fc.tuple(user, room).map(
        ([u, r]) =>
          (w: World) =>
            isOpen(w, r) && !isIn(w, u, r) && w.join(u, r),
      ),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(user, room).map(
        ([u, r]) =>
          (w: World) =>
            isOpen(w, r) && isIn(w, u, r) && w.leave(u, r),
      ),
    },
    { weight: 8, arbitrary: room.map((r) => (w: World) => isOpen(w, r) && w.post(r)) },
    {
      weight: 2,
      arbitrary: fc.tuple(room, visibility).map(
        ([r, v]) =>
          (w: World) =>
            isOpen(w, r) && isPublic(w, r) !== (v === 'public') && w.turn(r, v),
      ),
    },
    { weight: 1, arbitrary: room.map((r) => (w: World) => isOpen(w, r) && w.rename(r)) },
    { weight: 1, arbitrary: room.map((r) => (w: World) => isOpen(w, r) && w.deleteRoom(r)) },
    {
      weight: 2,
      arbitrary: fc.nat().map((n) => (w: World) => ofMessage(w, n, (id) => w.edit(id, `edited ${w.head}`))),
    },
    { weight: 1, arbitrary: fc.nat().map((n) => (w: World) => ofMessage(w, n, (id) => w.deleteMessage(id))) },
    {
      weight: 2,
      arbitrary: fc.tuple(user, room).map(
        ([u, r]) =>
          (w: World) =>
            isOpen(w, r) && isIn(w, u, r) && w.read(u, r),
      ),
    },
    { weight: 1, arbitrary: fc.constant((w: World) => w.changeSite()) },
    { weight: 1, arbitrary: fc.constant((w: World) => w.createUser('dora')) },
  )
  return fc.array(step, { minLength: 1, maxLength: 30 })
}

function histories(): fc.Arbitrary<Step[]> {
  const opening: Step[] = [
    (w) => w.createRoom('general', 'public'),
    (w) => w.join('alice', 'general'),
    (w) => w.join('gina', 'general'),
  ]
  return someSteps().map((later) => [...opening, ...later])
}

/** Roomy and narrow ones, so that replays come from the ring, from the log, in one step and in many. */
function hubs(...counts: number[]): fc.Arbitrary<HubSetUp> {
  return fc.record({
    ringLimits: fc.record({ maxCount: fc.constantFrom(...(counts.length > 0 ? counts : [1, 3, 10_000])) }),
    settings: fc.record({
      logBatch: fc.constantFrom(1, 4, 200),
      stepSlots: fc.constantFrom(1, 2, 1_000),
      logReads: fc.constantFrom(1, 4),
    }),
  })
}

function worldOf(steps: readonly Step[]): World {
  const world = new World()
  world.guests.add('gina')
  for (const step of steps) step(world)
  return world
}

function isOpen(world: World, roomId: string): boolean {
  const room = world.now.rooms.get(roomId)
  return room !== undefined && room.deletedAt === undefined
}

function isPublic(world: World, roomId: string): boolean {
  return world.now.rooms.get(roomId)?.isPublic === true
}

function isIn(world: World, userId: string, roomId: string): boolean {
  return world.now.rooms.get(roomId)?.members.has(userId) === true
}

function ofMessage(world: World, n: number, act: (messageId: string) => unknown): unknown {
  const posted = world.log.filter(({ roomId, type }) => type === 'message.posted' && isOpen(world, roomId ?? ''))
  const { messageId } = posted[n % Math.max(posted.length, 1)] ?? {}
  return messageId !== undefined && act(messageId)
}
