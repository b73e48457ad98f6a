import { expect, test } from 'vitest'
import { sseShape } from './frame.ts'
import { Readers } from './readers.ts'
import { Run } from './run.ts'
import { Subscription } from './subscription.ts'
import { FakeSink } from './testing/fake-sink.ts'

test('who is removed stands in no index any more, and an empty room is none', () => {
  const readers = new Readers(['general'])
  const personal = aSubscription('one')
  const room = aSubscription('two', 'general')
  readers.add(personal)
  readers.add(room)
  readers.join(personal, 'general')
  readers.watch(personal, 'random')
  expect(readers.ofRoom('general')?.members.has(personal)).toBe(true)

  readers.remove(personal)
  expect(readers.ofRoom('general')?.members.size).toBe(0)
  readers.remove(room)

  expect([readers.ofRoom('general'), readers.ofRoom('random')]).toEqual([undefined, undefined])
  const left = [readers.ofUser('bob'), readers.ofSession('session'), readers.ofToken('token'), readers.nonGuests]
  expect(left.map((index) => index.size)).toEqual([0, 0, 0, 0])
  expect([...readers.all()]).toEqual([])
})

test('a public room may be read by all but guests, a private one by members, a guest reads as a member', () => {
  const readers = new Readers(['general'])
  const one = aSubscription('one')
  readers.add(one)

  expect([readers.canRead(one, 'general'), readers.canRead(one, 'plans')]).toEqual([true, false])
  readers.setGuest(one, true)
  readers.join(one, 'plans')

  expect([readers.canRead(one, 'general'), readers.canRead(one, 'plans')]).toEqual([false, true])
  expect(readers.nonGuests.size).toBe(0)
})

function aSubscription(streamId: string, roomId?: string): Subscription {
  const readership = { position: 0, user: { siteRole: 'member' }, rooms: [] } as const
  const load = async () => ({ position: 0, bytes: undefined })
  return new Subscription(
    streamId,
    {
      feed: roomId === undefined ? { kind: 'personal' } : { kind: 'room', roomId, load },
      userId: 'bob',
      sessionId: 'session',
      tokenId: 'token',
      readership,
      reread: async () => readership,
      shape: sseShape,
      sink: new FakeSink(),
    },
    Run.empty(),
  )
}
