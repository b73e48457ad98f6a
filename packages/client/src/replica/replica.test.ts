import type { Change, Room, SyncAnswer } from '@suda/protocol'
import { describe, expect, test } from 'vitest'
import { Replica } from './replica.ts'

describe('Replica', () => {
  test('DL8: what was told before is taken once, whatever stream tells it again', () => {
    const replica = aReplica()

    expect(replica.take([renamed(11, 'a'), renamed(12, 'b')])).toHaveLength(2)
    expect(replica.take([renamed(11, 'a'), renamed(12, 'b'), renamed(13, 'c')]).map(positionOf)).toEqual([13])
    expect(replica.cursor).toBe('e.13')
    expect(nameIn(replica)).toBe('c')
  })

  test('what comes while a room is loaded anew is held back, and what the answer has is dropped', () => {
    const replica = aReplica()
    replica.markStale(ROOM)
    replica.take([renamed(11, 'before it was asked')])
    replica.beginRooms([ROOM])
    replica.take([renamed(12, 'in the answer'), renamed(13, 'after the answer')])
    expect(nameIn(replica)).toBe('as it was')

    expect(replica.putRooms([ROOM], anAnswer(12, aRoom({ name: 'answered', revision: 12 })))).toBe(true)

    expect(nameIn(replica)).toBe('after the answer')
    expect(replica.stale).toEqual([])
  })

  test('a room that becomes stale again while it is loaded is loaded once more', () => {
    const replica = aReplica()
    replica.markStale(ROOM)
    replica.beginRooms([ROOM])
    replica.markStale(ROOM)

    replica.putRooms([ROOM], anAnswer(12, aRoom({ name: 'too early', revision: 12 })))

    expect(nameIn(replica)).toBe('as it was')
    expect(replica.stale).toEqual([ROOM])
  })

  test('a room that the answer does not have is gone, and an answer of another log changes nothing', () => {
    const replica = aReplica()
    replica.markStale(ROOM)
    replica.beginRooms([ROOM])

    expect(replica.putRooms([ROOM], { ...anAnswer(12), cursor: 'f.12' })).toBe(false)
    expect(nameIn(replica)).toBe('as it was')
    expect(replica.putRooms([ROOM], anAnswer(12))).toBe(true)
    expect(replica.state?.rooms).toEqual({})
  })

  test('what came while a page was loaded lies on top of it, and a room loaded anew makes the page void', () => {
    const replica = aReplica()
    const load = replica.beginLoad(ROOM)
    replica.take([renamed(11, 'meanwhile')])
    replica.put(load, (state) => ({ ...state, rooms: { [ROOM]: aRoom({ name: 'read before', revision: 10 }) } }))
    expect(nameIn(replica)).toBe('meanwhile')

    const late = replica.beginLoad(ROOM)
    replica.markStale(ROOM)
    replica.beginRooms([ROOM])
    replica.putRooms([ROOM], anAnswer(12, aRoom({ revision: 12 })))
    expect(replica.put(late, (state) => ({ ...state, rooms: {} }))).toBe(false)
    expect(replica.state?.rooms[ROOM]).toBeDefined()
  })

  test('a type of a newer server makes its room stale', () => {
    const replica = aReplica()
    const change: Change = JSON.parse(JSON.stringify({ ...renamed(11, 'x').change, type: 'poll.opened' }))

    replica.take([{ cursor: 'e.11', change }])

    expect(replica.stale).toEqual([ROOM])
    expect(replica.cursor).toBe('e.11')
  })

  test('goes on from what was kept: rooms that were stale still are, and their lists are not kept', () => {
    const replica = aReplica()
    const window = { messages: [], hasBefore: false, hasAfter: false }
    replica.change((state) => ({ ...state, windows: { [ROOM]: [window] } }))
    expect(replica.save()?.state.windows[ROOM]).toEqual([window])
    replica.markStale(ROOM)
    const saved = replica.save()
    if (saved === undefined) throw new Error('nothing was saved')
    expect(saved.state.windows).toEqual({})

    const other = new Replica()
    other.restore(saved)

    expect(other.cursor).toBe('e.10')
    expect(other.stale).toEqual([ROOM])
  })
})

const ROOM = 'room'

/** In one room, as a member, at position 10. */
function aReplica(): Replica {
  const replica = new Replica()
  replica.begin([anAnswer(10, aRoom({}))])
  return replica
}

function anAnswer(position: number, ...rooms: Room[]): SyncAnswer {
  return {
    cursor: `e.${position}`,
    site: { id: 'site', name: 'Site', signUp: 'invite', defaultRooms: [], keepEdits: false, revision: 1 },
    me: { id: 'me', kind: 'human', username: 'me', displayName: 'Me', siteRole: 'member', revision: 1 },
    rooms,
    users: [],
  }
}

function aRoom(room: Partial<Room>): Room {
  return {
    id: ROOM,
    slug: 'room',
    name: 'as it was',
    kind: 'room',
    visibility: 'public',
    archived: false,
    revision: 1,
    memberCount: 1,
    firstSeq: 1,
    lastSeq: 0,
    ordinal: 0,
    my: { role: 'member', readSeq: 0, readOrdinal: 0, readRevision: 1, unreadMentions: [] },
    ...room,
  }
}

function renamed(position: number, name: string): { readonly cursor: string; readonly change: Change } {
  const payload = { room: aRoom({ name, revision: position }) }
  const at = '2026-01-01T00:00:00.000Z'
  return { cursor: `e.${position}`, change: { position, at, type: 'room.changed', roomId: ROOM, payload } }
}

const positionOf = ({ position }: Change): number => position

const nameIn = ({ state }: Replica): string | undefined => state?.rooms[ROOM]?.name
