import 'fake-indexeddb/auto'
import { describe, expect, test } from 'vitest'
import type { Outgoing } from '../outbox/outgoing.ts'
import { indexedDbStore } from './indexed-db.ts'
import { memoryStore, type Kept } from './local-store.ts'

let sites = 0

describe.each([
  ['in memory', memoryStore],
  ['in IndexedDB', () => indexedDbStore(`site-${sites++}`)],
])('a local store %s', (_name, open) => {
  test('keeps the replica until it is erased, and what was not sent beyond that', async () => {
    const store = open()
    expect(await store.load()).toBeUndefined()

    await store.save(kept)
    await store.putOutgoing(anOutgoing('a'))
    await store.putOutgoing(anOutgoing('b'))
    await store.putOutgoing({ ...anOutgoing('a'), state: 'failed', error: { code: 'muted' } })
    expect(await store.load()).toEqual(kept)

    await store.erase()
    await store.deleteOutgoing('b')
    await store.deleteOutgoing('unknown')
    expect(await store.load()).toBeUndefined()
    expect(await store.outgoing()).toEqual([{ ...anOutgoing('a'), state: 'failed', error: { code: 'muted' } }])
  })
})

test('two sites at one address keep apart what is theirs, and one finds it again', async () => {
  await indexedDbStore('one').save(kept)

  expect(await indexedDbStore('two').load()).toBeUndefined()
  expect(await indexedDbStore('one').load()).toEqual(kept)
})

const kept: Kept = {
  userId: 'anna',
  replica: {
    cursor: 'e.1',
    stale: [],
    asOf: {},
    state: {
      me: { id: 'anna', kind: 'human', username: 'anna', displayName: 'Anna', siteRole: 'member', revision: 1 },
      site: { id: 'site', name: 'Site', signUp: 'invite', defaultRooms: [], keepEdits: false, revision: 1 },
      rooms: {},
      users: {},
      windows: {},
      threads: {},
      members: {},
    },
  },
}

function anOutgoing(id: string): Outgoing {
  const command = { kind: 'post', roomId: 'room', messageId: id, text: '안녕' } as const
  return { id, userId: 'anna', madeAt: 1, command, state: 'waiting' }
}
