import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyChange, applyChanges, joinsRoom } from './apply-change.ts'
import type { Change, ChangeOf } from './changes.ts'
import type { Message, MyMembership, Room, SiteRole } from './entities.ts'
import type { State } from './state.ts'

describe('applyChange', () => {
  test('DL8: what is older than the state, or comes again, changes nothing', () => {
    const state = aState({
      room: { lastSeq: 5, ordinal: 5, revision: 3 },
      messages: [aMessage({ seq: 5, revision: 2 })],
    })
    const older: Change[] = [
      posted({ seq: 4 }),
      posted({ seq: 5 }),
      edited({ seq: 5, revision: 2, text: 'late' }),
      edited({ seq: 5, revision: 1, text: 'later' }),
      readMoved({ seq: 1, revision: 9 }),
      { ...BASE, type: 'room.changed', payload: { room: aRoom({ revision: 3, name: 'late' }) } },
      { ...BASE, type: 'site.changed', payload: { site: { ...state.site, name: 'late' } } },
    ]

    for (const change of older) expect(applyChange(state, change)).toEqual(state)
  })

  test('counts change for messages that are not loaded, and windows grow only at their newest end', () => {
    const unloaded = aState({ room: { lastSeq: 5, ordinal: 5 } })
    const apart = aState({ room: { lastSeq: 5, ordinal: 5 }, messages: [aMessage({ seq: 1 })], hasAfter: true })
    const whole = aState({ room: { lastSeq: 5, ordinal: 5 }, messages: [aMessage({ seq: 5 })] })
    const change = posted({ seq: 6 })

    for (const state of [unloaded, apart, whole]) {
      expect(applyChange(state, change).rooms[ROOM]).toMatchObject({ lastSeq: 6, ordinal: 6, lastAt: AT })
    }
    expect(applyChange(unloaded, change).windows).toEqual({})
    expect(applyChange(apart, change).windows).toBe(apart.windows)
    expect(seqs(applyChange(whole, change))).toEqual([5, 6])
  })

  test('many at once come to the same as one by one, and the old state stays as it is', () => {
    const state = aState({ room: { lastSeq: 1 }, messages: [aMessage({ seq: 1 })] })
    const before = structuredClone(state)
    const left: Change = {
      ...BASE,
      type: 'member.left',
      userId: ME,
      payload: { memberCount: 1, reason: 'left' },
    }
    const changes = [posted({ seq: 2 }), edited({ seq: 2, revision: 2, text: 'new' }), readMoved({ seq: 2 }), left]

    for (let count = 0; count <= changes.length; count++) {
      const part = changes.slice(0, count)
      expect(applyChanges(state, part)).toEqual(part.reduce(applyChange, state))
    }
    expect(applyChanges(state, changes)).toMatchObject({ rooms: {}, windows: {} })
    expect(state).toEqual(before)
  })

  test('a change reaches every loaded part of a room, and a new message the newest one alone', () => {
    const old = { messages: [aMessage({ seq: 1 })], hasBefore: false, hasAfter: true }
    const newest = { messages: [aMessage({ seq: 5 })], hasBefore: true, hasAfter: false }
    const state = { ...aState({ room: { lastSeq: 5 } }), windows: { [ROOM]: [old, newest] } }

    const next = applyChanges(state, [posted({ seq: 6 }), edited({ seq: 1, revision: 2, text: 'new' })])

    expect(next.windows[ROOM]?.map(({ messages }) => messages.map(({ seq }) => seq))).toEqual([[1], [5, 6]])
    expect(next.windows[ROOM]?.[0]?.messages[0]?.text).toBe('new')
  })

  test('a loaded thread gets its replies and what becomes of them, and leaves with its room', () => {
    const thread = { roomId: ROOM, messages: [aMessage({ seq: 2, threadId: 'm1' })], hasBefore: false, hasAfter: false }
    const state = { ...aState({ room: { lastSeq: 2 } }), threads: { m1: thread } }
    const reply = posted({ seq: 3, threadId: 'm1' })
    const change = edited({ seq: 2, revision: 2, text: 'new', threadId: 'm1' })

    const next = applyChanges(state, [reply, reply, change])
    expect(next.threads['m1']?.messages.map(({ seq, text }) => [seq, text])).toEqual([
      [2, 'new'],
      [3, reply.payload.message.text],
    ])
    const deleted: Change = { ...BASE, type: 'room.deleted', payload: {} }
    expect(applyChange(next, deleted).threads).toEqual({})
  })

  test('a type of a newer server leaves the state as it is', () => {
    const state = aState({ room: { lastSeq: 1 } })
    const change: Change = JSON.parse(JSON.stringify({ ...BASE, type: 'poll.opened', payload: {} }))

    expect(applyChange(state, change)).toBe(state)
  })

  test('a reply stays out of the main view unless it is shown there, and raises its root’s thread', () => {
    const state = aState({ room: { lastSeq: 1 }, messages: [aMessage({ seq: 1 })] })
    const thread = { id: 'm1', count: 1, lastAt: AT }
    const hidden = posted({ seq: 2, threadId: 'm1' })
    const shown = posted({ seq: 2, threadId: 'm1', alsoInRoom: true })

    const next = applyChange(state, { ...hidden, payload: { ...hidden.payload, thread } })
    expect(seqs(next)).toEqual([1])
    expect(next.windows[ROOM]?.[0]?.messages[0]?.thread).toEqual({ count: 1, lastAt: AT })
    expect(seqs(applyChange(state, shown))).toEqual([1, 2])
  })

  test('a message of one’s own by hand is read with all before it, one by another way is not', () => {
    const state = aState({ my: { readSeq: 1, readOrdinal: 1, unreadMentions: [3, 4] }, room: { lastSeq: 4 } })

    const byHand = applyChange(state, posted({ seq: 5, authorId: ME }, { position: 20 }))
    expect(byHand.rooms[ROOM]?.my).toMatchObject({ readSeq: 5, readOrdinal: 5, readRevision: 20, unreadMentions: [] })

    const byInbox = applyChange(state, posted({ seq: 5, authorId: ME, via: { kind: 'inbox' } }, { mentioned: ME }))
    expect(byInbox.rooms[ROOM]?.my).toEqual(state.rooms[ROOM]?.my)
  })

  test('a mention is unread once, for whom it meant when it was posted, until it is read or deleted', () => {
    const state = aState({ my: { readSeq: 2, unreadMentions: [] }, room: { lastSeq: 2 } })
    const mention = posted({ seq: 3 }, { mentioned: ME })
    const whole = posted({ seq: 4 }, { mentioned: 'room' })
    const unread = (next: State) => next.rooms[ROOM]?.my?.unreadMentions

    const twice = [mention, whole, mention].reduce(applyChange, state)
    expect(unread(twice)).toEqual([3, 4])
    expect(unread(applyChange(state, posted({ seq: 3 }, { mentioned: 'somebody' })))).toEqual([])
    expect(unread(applyChange(state, posted({ seq: 3, deletedAt: AT }, { mentioned: ME })))).toEqual([])
    expect(unread(applyChange(state, posted({ seq: 2 }, { mentioned: ME })))).toEqual([])
    const deleted: Change = {
      ...BASE,
      type: 'message.deleted',
      payload: { users: [], message: aMessage({ seq: 3, revision: 2, deletedAt: AT }) },
    }
    expect(unread(applyChange(twice, deleted))).toEqual([4])
    expect(unread(applyChange(twice, readMoved({ seq: 4, revision: 20, unreadMentions: [] })))).toEqual([])
  })

  test('a mark as unread that came later is not undone by a message that was posted before it', () => {
    const state = aState({ my: { readSeq: 1, readRevision: 30, unreadMentions: [] }, room: { lastSeq: 5 } })

    const next = applyChange(state, posted({ seq: 5, authorId: ME }, { position: 20 }))

    expect(next.rooms[ROOM]?.my).toMatchObject({ readSeq: 1, readRevision: 30 })
  })

  test('settings keep the counters and the own membership that they do not tell', () => {
    const state = aState({ room: { lastSeq: 5, memberCount: 3, topic: 'old' }, my: { readSeq: 2 } })
    const { topic: _topic, my: _my, ...room } = aRoom({ revision: 4, name: 'New', memberCount: 1, lastSeq: 0 })

    const next = applyChange(state, { ...BASE, type: 'room.changed', payload: { room } })

    expect(next.rooms[ROOM]).toEqual({ ...room, lastSeq: 5, memberCount: 3, my: state.rooms[ROOM]?.my })
  })

  test('a room is lost by its turn to private, by leaving and by its deletion, with all that was loaded of it', () => {
    const looking = aState({ my: undefined, messages: [aMessage({ seq: 1 })] })
    const member = aState({ messages: [aMessage({ seq: 1 })] })
    const hidden: Change = {
      ...BASE,
      type: 'room.changed',
      payload: { room: aRoom({ revision: 9, visibility: 'private' }) },
    }
    const left: Change = { ...BASE, type: 'member.left', userId: ME, payload: { memberCount: 1, reason: 'removed' } }
    const deleted: Change = { ...BASE, type: 'room.deleted', payload: {} }

    for (const next of [applyChange(looking, hidden), applyChange(member, left), applyChange(member, deleted)]) {
      expect([next.rooms, next.windows, next.members]).toEqual([{}, {}, {}])
    }
    expect(applyChange(member, hidden).rooms[ROOM]).toMatchObject({ visibility: 'private' })
  })

  test('who is made a guest looks at no room any more without being a member', () => {
    const looking = aState({ my: undefined, messages: [aMessage({ seq: 1 })] })
    const member = aState({ messages: [aMessage({ seq: 1 })] })
    const made = (siteRole: SiteRole, id = ME): Change => {
      return { position: 10, at: AT, type: 'profile.changed', payload: { user: { ...member.me, id, siteRole } } }
    }

    const { me, members, rooms, windows } = applyChange(looking, made('guest'))
    expect([me.siteRole, rooms, windows, members]).toEqual(['guest', {}, {}, {}])
    expect(applyChange(member, made('guest'))).toEqual({ ...member, me: { ...member.me, siteRole: 'guest' } })
    expect(applyChange(looking, made('admin')).rooms).toBe(looking.rooms)
    expect(applyChange(looking, made('guest', 'b'))).toBe(looking)
  })

  test('member lists change where they are loaded, and stay in order', () => {
    const state = {
      ...aState({}),
      members: { [ROOM]: ['a', 'c'].map((userId) => ({ userId, role: 'member' as const, joinedAt: AT })) },
    }
    const member = { userId: 'b', role: 'moderator' as const, joinedAt: AT }
    const joined: Change = {
      ...BASE,
      type: 'member.joined',
      userId: 'b',
      payload: { member, memberCount: 3, users: [] },
    }
    const left: Change = { ...BASE, type: 'member.left', userId: 'a', payload: { memberCount: 2, reason: 'left' } }

    const next = [joined, joined, left].reduce(applyChange, state)

    expect(next.members[ROOM]?.map(({ userId }) => userId)).toEqual(['b', 'c'])
    expect(next.rooms[ROOM]?.memberCount).toBe(2)
    expect(applyChange(aState({}), joined).members).toEqual({})
  })

  test('of rooms that are not in the state nothing is taken up', () => {
    const state = { ...aState({}), rooms: {} }
    const { my: _my, ...room } = aRoom({ revision: 9 })

    for (const change of [
      posted({ seq: 1 }),
      readMoved({}),
      edited({}),
      { ...BASE, type: 'room.created', payload: { room } } as Change,
    ]) {
      expect(applyChange(state, change).rooms).toEqual({})
      expect(applyChange(state, change).windows).toEqual({})
    }
  })

  test('one joins where one was no member: that room is to be loaded anew', () => {
    const member = { userId: ME, role: 'member' as const, joinedAt: AT }
    const joined: Change = {
      ...BASE,
      type: 'member.joined',
      userId: ME,
      payload: { member, memberCount: 2, users: [] },
    }
    const other: Change = { ...joined, userId: 'b', payload: { ...joined.payload, member: { ...member, userId: 'b' } } }

    expect(joinsRoom({ ...aState({}), rooms: {} }, joined)).toBe(true)
    expect(joinsRoom(aState({ my: undefined }), joined)).toBe(true)
    expect(joinsRoom(aState({}), joined)).toBe(false)
    expect(joinsRoom({ ...aState({}), rooms: {} }, other)).toBe(false)
  })

  test('DL8: messages, edits and readings that come any number of times, in order, end in the same state', () => {
    const step = fc.record({ kind: fc.constantFrom('post', 'edit', 'read'), isMine: fc.boolean(), n: fc.nat() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat(), (steps, cut) => {
        const changes = historyOf(steps)
        const state = aState({ room: { lastSeq: 0, ordinal: 0 }, my: { readSeq: 0 }, messages: [] })
        const once = changes.reduce(applyChange, state)

        const doubled = changes.flatMap((one) => [one, one]).reduce(applyChange, state)
        const replayed = changes.slice(cut % (changes.length + 1)).reduce(applyChange, once)

        expect(doubled).toEqual(once)
        expect(replayed).toEqual(once)
      }),
    )
  })
})

interface Step {
  readonly kind: string
  readonly isMine: boolean
  readonly n: number
}

/** Only what was posted is edited or read; everything of others mentions me. */
function historyOf(steps: readonly Step[]): Change[] {
  let lastSeq = 0
  const mentions: number[] = []
  return steps.map(({ kind, isMine, n }, index) => {
    const position = 10 + index
    const seq = lastSeq === 0 ? 0 : 1 + (n % lastSeq)
    if (kind === 'edit' && seq > 0) return edited({ seq, revision: position, text: `at ${position}` })
    if (kind === 'read' && seq > 0) {
      return readMoved({ seq, revision: position, unreadMentions: mentions.filter((mention) => mention > seq) })
    }
    lastSeq += 1
    if (!isMine) mentions.push(lastSeq)
    return posted({ seq: lastSeq, authorId: isMine ? ME : 'b' }, { position, mentioned: ME })
  })
}

const [ROOM, ME, AT] = ['room', 'me', '2026-01-01T00:00:00.000Z']
const BASE = { position: 10, at: AT, roomId: ROOM } as const

interface StatePlan {
  readonly room?: Partial<Room>
  readonly my?: Partial<MyMembership> | undefined
  readonly messages?: readonly Message[]
  readonly hasAfter?: boolean
}

/** One room in which `me` is a member, unless `my` is given as undefined. */
function aState({ room, messages, hasAfter = false, ...plan }: StatePlan): State {
  const my = { role: 'member', readSeq: 0, readOrdinal: 0, readRevision: 9, unreadMentions: [], ...plan.my } as const
  const isMember = !('my' in plan) || plan.my !== undefined
  return {
    me: { id: ME, kind: 'human', username: 'me', displayName: 'Me', siteRole: 'member', revision: 1 },
    site: { id: 'site', name: 'Site', signUp: 'invite', defaultRooms: [], keepEdits: false, revision: 1 },
    rooms: { [ROOM]: { ...aRoom(room), ...(isMember && { my }) } },
    users: {},
    windows: messages === undefined ? {} : { [ROOM]: [{ messages, hasBefore: false, hasAfter }] },
    threads: {},
    members: {},
  }
}

function aRoom(room: Partial<Room> = {}): Room {
  return {
    id: ROOM,
    slug: 'room',
    name: 'room',
    kind: 'room',
    visibility: 'public',
    archived: false,
    revision: 1,
    memberCount: 2,
    firstSeq: 1,
    lastSeq: 0,
    ordinal: 0,
    ...room,
  }
}

function aMessage(message: Partial<Message>): Message {
  const seq = message.seq ?? 1
  return {
    id: `m${seq}`,
    roomId: ROOM,
    seq,
    ordinal: seq,
    revision: 1,
    kind: 'text',
    authorId: 'b',
    via: { kind: 'session' },
    text: 'hello',
    format: 'suda-md-1',
    mentions: [],
    attachments: [],
    reactions: [],
    state: 'final',
    createdAt: AT,
    ...message,
  }
}

/** `mentioned` is a user, or `room`. */
function posted(
  message: Partial<Message>,
  more: { position?: number; mentioned?: string } = {},
): ChangeOf<'message.posted'> {
  const whole = aMessage(message)
  const { position = 10, mentioned } = more
  const isRoom = mentioned === 'room'
  return {
    ...BASE,
    position,
    type: 'message.posted',
    payload: {
      message: whole,
      mentioned: { userIds: mentioned === undefined || isRoom ? [] : [mentioned], room: isRoom },
      room: { lastSeq: whole.seq, ordinal: whole.ordinal, lastAt: AT },
      users: [],
    },
  }
}

function edited(message: Partial<Message>): Change {
  return { ...BASE, type: 'message.edited', payload: { message: aMessage({ revision: 2, ...message }), users: [] } }
}

function readMoved(moved: Partial<ChangeOf<'read.moved'>['payload']>): Change {
  const seq = moved.seq ?? 1
  return { ...BASE, type: 'read.moved', payload: { seq, ordinal: seq, revision: 10, unreadMentions: [], ...moved } }
}

function seqs(state: State): number[] | undefined {
  return state.windows[ROOM]?.at(-1)?.messages.map(({ seq }) => seq)
}
