/** Messages: numbers, counters, threads, read positions and mentions, and what a change side-loads. */

import { expect } from 'vitest'
import type { Storage } from '../storage.ts'
import type { Part } from './suite.ts'
import {
  aName,
  aRoom,
  aUser,
  commit,
  deleted,
  edited,
  joined,
  left,
  newId,
  parsed,
  posted,
  readMoved,
  roomChanged,
  siteRenamed,
  userChanged,
  userCreated,
} from './world.ts'

export const messages: Part = (rule) => {
  rule('ST26: every message takes the next seq; only texts of the main view raise the ordinal', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const root = posted(room, alice, 'root')
    const note = posted(room, alice, '', {
      kind: 'system',
      via: { kind: 'system' },
      system: { type: 'topic', value: 't' },
    })

    await commit(storage, [root])
    await commit(storage, [posted(room, alice, 'reply', { threadId: root.messageId })])
    await commit(storage, [posted(room, alice, 'shown reply', { threadId: root.messageId, alsoInRoom: true })])
    await commit(storage, [note])
    const { changes } = await commit(storage, [posted(room, alice, 'last')])

    const { messages: main } = await storage.messages(room, { limit: 10 })
    expect(main.map(({ text, seq, ordinal }) => [text, seq, ordinal])).toEqual([
      ['root', 1, 1],
      ['shown reply', 3, 2],
      ['', 4, 2],
      ['last', 5, 3],
    ])
    const { payload, at } = parsed(changes[0], 'message.posted')
    expect(payload.room).toEqual({ lastSeq: 5, ordinal: 3, lastAt: at })
    expect(payload.message).toEqual(main.at(-1))
    expect(await storage.room(room, alice)).toMatchObject({
      room: { firstSeq: 1, lastSeq: 5, ordinal: 3, lastAt: at, my: { readSeq: 5, readOrdinal: 3 } },
    })
  })

  rule(
    'ST26: a silent message takes a seq and raises no ordinal, and keeps the time when it was written',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const room = await aRoom(storage, [alice, bob])
      const old = { isSilent: true, writtenAt: '2001-02-03T04:05:06.789Z', via: { kind: 'source' } } as const

      await commit(storage, [posted(room, alice, 'loud')])
      const { changes } = await commit(storage, [posted(room, alice, 'silent', old)])

      const { message, room: counters } = parsed(changes[0], 'message.posted').payload
      expect(message).toMatchObject({ seq: 2, ordinal: 1, createdAt: '2001-02-03T04:05:06.789Z' })
      expect(counters).toMatchObject({ lastSeq: 2, ordinal: 1 })
      expect((await storage.messages(room, { limit: 10 })).messages.at(-1)).toEqual(message)
      expect((await storage.room(room, bob))?.room).toMatchObject({ lastSeq: 2, ordinal: 1, my: { readOrdinal: 0 } })
    },
  )

  rule('ST26: rooms count for themselves, and an empty one has its first seq beyond its last', async ({ storage }) => {
    const alice = await aUser(storage)
    const [one, two] = [await aRoom(storage, [alice]), await aRoom(storage, [alice])]
    const { room: empty } = (await storage.room(two, alice)) ?? {}

    await Promise.all([1, 2, 3, 4].map((n) => commit(storage, [posted(n % 2 === 0 ? one : two, alice)])))

    expect(empty).toMatchObject({ firstSeq: 1, lastSeq: 0, ordinal: 0 })
    for (const room of [one, two]) expect(await seqs(storage, room)).toEqual([1, 2])
  })

  rule(
    'ST27: a reply raises its thread’s counters, a deleted one lowers them, and the root shows them',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const room = await aRoom(storage, [alice])
      const root = posted(room, alice, 'root')
      const reply = (text: string) => posted(room, alice, text, { threadId: root.messageId })
      const replies = [reply('a'), reply('b')] as const
      await commit(storage, [root])
      const thread = async () => (await storage.message(root.messageId))?.thread
      expect(await thread()).toBeUndefined()

      const changes = []
      for (const draft of replies) changes.push(...(await commit(storage, [draft])).changes)
      const second = parsed(changes[1], 'message.posted')
      expect(second.payload.thread).toEqual({ id: root.messageId, count: 2, lastAt: second.at })
      expect(await thread()).toEqual({ count: 2, lastAt: second.at })

      const { changes: deletion } = await commit(storage, [deleted(replies[1], alice)])
      const { payload } = parsed(deletion[0], 'message.deleted')
      expect(payload.thread).toMatchObject({ id: root.messageId, count: 1 })
      expect(await thread()).toEqual({ count: payload.thread?.count, lastAt: payload.thread?.lastAt })
      expect((await storage.thread(root.messageId, { limit: 10 })).messages.map(({ text }) => text)).toEqual(['a', ''])
      expect(await seqs(storage, room)).toEqual([1])
    },
  )

  rule(
    'ST28: an edit raises the revision and keeps the place; a delete leaves a tombstone without content',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const room = await aRoom(storage, [alice, bob])
      const draft = posted(room, alice, 'first', { mentions: [{ kind: 'user', userId: bob, as: 'bob' }] })
      await commit(storage, [draft])
      const before = await storage.message(draft.messageId)

      const { changes: edit } = await commit(storage, [edited(draft, 'second')])
      expect(await storage.message(draft.messageId)).toEqual({
        ...before,
        text: 'second',
        mentions: [],
        revision: 2,
        editedAt: parsed(edit[0], 'message.edited').at,
      })

      const { changes: deletion } = await commit(storage, [deleted(draft, bob)])
      const tombstone = await storage.message(draft.messageId)
      expect(tombstone).toMatchObject({ text: '', mentions: [], revision: 3, seq: 1, ordinal: 1, deletedBy: bob })
      expect(tombstone?.deletedAt).toBe(parsed(deletion[0], 'message.deleted').at)
      expect(parsed(deletion[0], 'message.deleted').payload.message).toEqual(tombstone)
      expect(await storage.room(room, alice)).toMatchObject({ room: { lastSeq: 1, ordinal: 1 } })
    },
  )

  rule('ST29: posting by hand moves the author’s read position, posting for somebody does not', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const room = await aRoom(storage, [alice, bob])
    const moved = {
      session: true,
      token: true,
      webhook: false,
      inbox: false,
      source: false,
      host: false,
      cli: false,
    } as const

    for (const kind of ['session', 'token', 'webhook', 'inbox', 'source', 'host', 'cli'] as const) {
      const { changes } = await commit(storage, [posted(room, alice, kind, { via: { kind } })])
      const { message } = parsed(changes[0], 'message.posted').payload
      const my = await storage.member(room, alice)
      expect(my?.readSeq === message.seq, kind).toBe(moved[kind])
      if (moved[kind]) expect(my).toMatchObject({ readOrdinal: message.ordinal, readRevision: changes[0]?.position })
    }
    expect(await storage.member(room, bob)).toMatchObject({ readSeq: 0, readOrdinal: 0 })
  })

  rule(
    'ST30: read positions move forward, backward only by force, and never beyond the newest message',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const room = await aRoom(storage, [alice, bob])
      const root = posted(room, alice)
      await commit(storage, [root, posted(room, alice, 'reply', { threadId: root.messageId }), posted(room, alice)])
      const my = async () => storage.member(room, bob)

      const { changes } = await commit(storage, [readMoved(room, bob, 2)])
      const { payload } = parsed(changes[0], 'read.moved')
      expect(payload).toEqual({ seq: 2, ordinal: 1, revision: changes[0]?.position, unreadMentions: [] })
      expect(await my()).toMatchObject({ readSeq: 2, readOrdinal: 1, readRevision: payload.revision })

      expect((await commit(storage, [readMoved(room, bob, 1)])).changes).toEqual([])
      expect((await commit(storage, [readMoved(room, bob, 2)])).changes).toEqual([])
      expect(await my()).toMatchObject({ readSeq: 2 })

      await commit(storage, [readMoved(room, bob, 0, true)])
      expect(await my()).toMatchObject({ readSeq: 0, readOrdinal: 0 })
      await commit(storage, [readMoved(room, bob, 3)])
      expect(await my()).toMatchObject({ readSeq: 3, readOrdinal: 2 })
      expect((await commit(storage, [readMoved(room, await aUser(storage), 1)])).changes).toEqual([])
    },
  )

  rule(
    'ST31: unread mentions are those of others beyond the read position, as they were posted',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const room = await aRoom(storage, [alice, bob])
      const to = (userId: string) => ({ mentions: [{ kind: 'user', userId, as: 'x' }] }) as const
      const drafts = [
        posted(room, alice, 'bob', to(bob)),
        posted(room, alice, 'nobody'),
        posted(room, alice, 'room', { mentions: [{ kind: 'room', as: 'room' }] }),
        posted(room, alice, 'alice', to(alice)),
      ] as const
      for (const draft of drafts) await commit(storage, [draft])
      const unread = async (userId: string) => (await storage.member(room, userId))?.unreadMentions
      expect([await unread(bob), await unread(alice)]).toEqual([[1, 3], []])

      await commit(storage, [edited(drafts[0], 'no mention any more')])
      await commit(storage, [edited(drafts[1], 'now bob', to(bob).mentions)])
      expect(await unread(bob)).toEqual([1, 3])

      await commit(storage, [readMoved(room, bob, 2)])
      expect(await unread(bob)).toEqual([3])
      const { changes } = await commit(storage, [readMoved(room, bob, 0, true)])
      expect(parsed(changes[0], 'read.moved').payload.unreadMentions).toEqual([1, 3])

      await commit(storage, [deleted(drafts[2], alice)])
      expect(await unread(bob)).toEqual([1])
    },
  )

  rule('ST32: who joins has read the room up to then, and who comes back begins anew', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const room = await aRoom(storage, [alice])
    await commit(storage, [posted(room, alice, 'before', { mentions: [{ kind: 'user', userId: bob, as: 'bob' }] })])

    const { changes } = await commit(storage, [joined(room, bob)])
    const position = changes[0]?.position
    expect(await storage.member(room, bob)).toEqual({
      role: 'member',
      readSeq: 1,
      readOrdinal: 1,
      readRevision: position,
      unreadMentions: [],
    })
    const { payload } = parsed(changes[0], 'member.joined')
    expect(payload).toMatchObject({ memberCount: 2, member: { userId: bob, role: 'member' }, users: [{ id: bob }] })
    expect(payload.member.joinedAt).toBe(parsed(changes[0], 'member.joined').at)

    const { changes: leaving } = await commit(storage, [left(room, bob)])
    expect(parsed(leaving[0], 'member.left').payload).toEqual({ memberCount: 1, reason: 'removed' })
    expect(await storage.member(room, bob)).toBeUndefined()
    await commit(storage, [posted(room, alice)])
    await commit(storage, [joined(room, bob)])
    expect(await storage.member(room, bob)).toMatchObject({ readSeq: 2, unreadMentions: [] })
  })

  rule('ST33: a draft that finds everything as it wants it makes no change', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const message = posted(room, alice)
    await commit(storage, [message, deleted(message, alice)])
    const gone = newId()

    for (const idle of [
      joined(room, alice, 'moderator'),
      left(room, gone),
      deleted(message, alice),
      { type: 'session.ended', audience: ['server'], userId: alice, sessionId: gone, reason: 'signed_out' } as const,
      { type: 'token.deleted', audience: ['server'], userId: alice, tokenId: gone } as const,
    ]) {
      const { changes } = await commit(storage, [idle, siteRenamed('x')])
      expect(
        changes.map(({ type }) => type),
        idle.type,
      ).toEqual(['site.changed'])
    }
    expect(await storage.member(room, alice)).toMatchObject({ role: 'member' })
  })

  rule('ST33: a note of the system about something that made no change is not posted either', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const room = await aRoom(storage, [alice])
    const added = () =>
      posted(room, alice, '', { kind: 'system', via: { kind: 'system' }, system: { type: 'added', userIds: [bob] } })

    const all = await Promise.all([1, 2, 3].map(() => commit(storage, [joined(room, bob), added()])))

    expect(all.map(({ changes }) => changes.map(({ type }) => type)).sort((a, b) => b.length - a.length)).toEqual([
      ['member.joined', 'message.posted'],
      [],
      [],
    ])
    expect(await storage.room(room, alice)).toMatchObject({ room: { lastSeq: 1, memberCount: 2 } })
  })

  rule('ST34: a change carries the cards of everybody whom it names, as they are now', async ({ storage }) => {
    const [alice, bob, carol] = [await aUser(storage), await aUser(storage), await aUser(storage)]
    const room = await aRoom(storage, [alice, bob])
    const draft = posted(room, alice, 'hello', { mentions: [{ kind: 'user', userId: bob, as: 'bob' }] })
    await commit(storage, [userChanged(alice, { displayName: 'Alice A.' })])

    const { changes } = await commit(storage, [
      draft,
      edited(draft, 'x', [{ kind: 'user', userId: carol, as: 'c' }]),
      deleted(draft, carol),
      posted(room, alice, '', { kind: 'system', system: { type: 'added', userIds: [carol] } }),
      joined(room, carol),
    ])

    const ids = changes.map(({ json }) => cardIds(json))
    expect(ids).toEqual(
      [[alice, bob], [alice, carol], [alice, carol], [alice, carol], [carol]].map((all) => all.sort()),
    )
    const { users } = parsed(changes[0], 'message.posted').payload
    expect(users.find(({ id }) => id === alice)).toMatchObject({ displayName: 'Alice A.', revision: 2, kind: 'human' })
    const page = await storage.messages(room, { limit: 10 })
    expect(page.users.map(({ id }) => id).sort()).toEqual([alice, carol].sort())
  })

  rule('ST35: text of every script comes back as it was, in state, log and reads', async ({ storage }) => {
    const oddities = [
      '각 vs 각',
      '👩‍👩‍👧‍👦 e\u0301',
      '"\\\'; DROP TABLE--',
      '\u202eabc',
      '\u2028\t\n',
      '𝕊\uffff',
      'x'.repeat(8000),
      '%_*',
    ]
    const alice = userCreated('alice', 'member', { displayName: '앨리스 👩🏽‍🚀', timeZone: 'Asia/Seoul', locale: 'ko' })
    await commit(storage, [alice])
    const room = await aRoom(storage, [alice.userId])

    for (const text of oddities) {
      const draft = posted(room, alice.userId, text)
      const { changes } = await commit(storage, [draft, roomChanged(room, { topic: text.slice(0, 200) })])
      expect((await storage.message(draft.messageId))?.text).toBe(text)
      expect(parsed(changes[0], 'message.posted').payload.message.text).toBe(text)
      expect((await storage.room(room, ''))?.room.topic).toBe(text.slice(0, 200))
      expect((await storage.messages(room, { limit: 1 })).messages).toMatchObject([{ text }])
    }
    expect((await storage.user({ username: 'alice' }))?.user).toMatchObject({ displayName: '앨리스 👩🏽‍🚀', locale: 'ko' })
    const slug = `회의-${aName()}`
    const { changes } = await commit(storage, [roomChanged(room, { slug })])
    expect(parsed(changes[0], 'room.changed').payload.room.slug).toBe(slug)
    expect((await storage.room(slug, alice.userId))?.room.id).toBe(room)
  })
}

async function seqs(storage: Storage, room: string): Promise<number[]> {
  return (await storage.messages(room, { limit: 200 })).messages.map(({ seq }) => seq)
}

function cardIds(json: string): string[] {
  const { payload }: { payload: { users: { id: string }[] } } = JSON.parse(json)
  return payload.users.map(({ id }) => id).sort()
}
