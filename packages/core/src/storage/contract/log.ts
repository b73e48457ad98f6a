/** The log: what a commit promises, positions, the feed, what stays after a restart. */

import type { CommittedChange } from '@suda/protocol'
import { ChatError } from '@suda/protocol'
import { expect, vi } from 'vitest'
import { TrimmedError, type Storage } from '../storage.ts'
import type { Part } from './suite.ts'
import {
  aRoom,
  aUser,
  commit,
  joined,
  logOf,
  newId,
  posted,
  readMoved,
  refusal,
  roomCreated,
  siteRenamed,
  userCreated,
} from './world.ts'

export const log: Part = (rule) => {
  rule(
    'ST1: the drafts of a commit become changes in their order, with the next positions, or nothing of them',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const { position } = await storage.head()
      const room = roomCreated('plans')

      const { changes, repeated } = await commit(storage, [
        room,
        joined(room.roomId, alice),
        posted(room.roomId, alice),
      ])

      expect(changes.map((change) => [change.position, change.type])).toEqual([
        [position + 1, 'room.created'],
        [position + 2, 'member.joined'],
        [position + 3, 'message.posted'],
      ])
      expect(repeated).toBe(false)
      expect((await storage.head()).position).toBe(position + 3)

      // The last of these drafts cannot be stored, so the first ones are not either.
      const half = [siteRenamed('half'), roomCreated('other'), roomCreated('plans')]
      expect(await refusal(commit(storage, half))).toBe('taken')
      expect((await storage.site()).site.name).not.toBe('half')
      expect(await storage.room('other', alice)).toBeUndefined()
    },
  )

  rule('ST2: what was acknowledged is still there after the storage was opened again', async ({ storage, reopen }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const draft = posted(room, alice, 'durable')
    await commit(storage, [draft])
    const before = await logOf(storage)

    const again = await reopen()

    expect(await again.message(draft.messageId)).toMatchObject({ text: 'durable', seq: 1 })
    expect(await logOf(again)).toEqual(before)
    const { changes } = await commit(again, [siteRenamed('next')])
    expect(changes[0]?.position).toBe(before.length + 1)
  })

  rule(
    'ST3: of a refused commit nothing is ever seen: no state, no change, no position used up',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const before = await storage.head()
      const nobody = { kind: 'siteRole', userId: newId(), atLeast: 'guest' } as const

      expect(await refusal(commit(storage, [siteRenamed('never')], [nobody]))).toBe('unauthenticated')

      expect(await storage.head()).toEqual(before)
      expect((await storage.site()).site.name).not.toBe('never')
      const { changes } = await commit(storage, [joined(await aRoom(storage, []), alice)])
      expect(changes.map(({ position }) => position)).toEqual([before.position + 2])
    },
  )

  rule('ST4: a read that begins after an acknowledgement sees what was acknowledged', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])

    for (let n = 1; n <= 25; n++) {
      const { changes } = await commit(storage, [posted(room, alice, `number ${n}`)])
      const [head, page, snapshot, after] = await Promise.all([
        storage.head(),
        storage.messages(room, { limit: 1 }),
        storage.snapshot(alice, {}),
        storage.changesAfter((changes[0]?.position ?? 0) - 1, 10),
      ])
      expect(head.position).toBe(changes[0]?.position)
      expect(page.messages).toMatchObject([{ text: `number ${n}` }])
      expect(snapshot?.rooms).toMatchObject([{ lastSeq: n }])
      expect(after).toEqual(changes)
    }
  })

  rule(
    'ST5: commits that race get dense positions in one order, each whole, and times that never run back',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const room = await aRoom(storage, [alice])
      const { position } = await storage.head()

      const all = await Promise.all(
        upTo(40).map((n) =>
          commit(storage, [posted(room, alice, `a ${n}`), siteRenamed(`${n}`), posted(room, alice, `b ${n}`)]),
        ),
      )

      const committed = all.flatMap(({ changes }) => changes)
      const after = await storage.changesAfter(position, 1000)
      expect(after.map((change) => change.position)).toEqual(upTo(120).map((n) => position + n))
      expect([...committed].sort((a, b) => a.position - b.position)).toEqual(after)
      for (const { changes } of all) {
        const [first = 0] = changes.map((change) => change.position)
        expect(changes.map((change) => change.position)).toEqual([first, first + 1, first + 2])
      }
      const times = after.map(({ at }) => at)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      const { messages } = await storage.messages(room, { limit: 200 })
      expect(messages.map(({ seq }) => seq)).toEqual(upTo(80))
    },
  )

  rule(
    'ST6: a feed gives every change after its position, in order and once, from the log and then live',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const room = await aRoom(storage, [alice])
      for (let n = 1; n <= 5; n++) await commit(storage, [posted(room, alice)])
      const { position: head } = await storage.head()
      const feeds = [0, 3, head].map((from) => ({ from, taken: take(storage, from, head + 40) }))

      await Promise.all(upTo(40).map(() => commit(storage, [posted(room, alice)])))

      const whole = await storage.changesAfter(0, 1000)
      for (const { from, taken } of feeds) expect(await taken).toEqual(whole.slice(from))
    },
  )

  rule('ST6: a feed yields void rows as well, and ends when the storage is closed', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [])
    await commit(storage, [joined(room, alice), posted(room, await aUser(storage)), posted(room, await aUser(storage))])
    await commit(storage, [readMoved(room, alice, 1)])
    const { position } = await storage.head()
    await commit(storage, [readMoved(room, alice, 2)])

    const seen = await take(storage, position - 1, position + 1)

    expect(seen.map(({ type }) => type)).toEqual(['void', 'read.moved'])
    const rest = take(storage, position + 1, Infinity)
    await storage.close()
    expect(await rest).toEqual([])
  })

  rule(
    'ST7: the log is read from any position, in pages, and each row says the same as its JSON',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const room = await aRoom(storage, [alice])
      const by = { actorId: alice, via: { kind: 'token', name: 'bot' }, requestId: 'r' } as const
      await commit(storage, [posted(room, alice, 'line one\nline two\r\u2028')], [], { by })
      const { position } = await storage.head()

      const whole = await storage.changesAfter(0, 1000)

      expect(whole.map((change) => change.position)).toEqual(upTo(position))
      for (const [index, change] of whole.entries()) {
        expect(await storage.changesAfter(index, 1)).toEqual([change])
        expect(change.json).not.toMatch(/[\r\n]/)
        const { at, audience: _audience, json, supersedes: _supersedes, ...columns } = change
        expect(JSON.parse(json)).toMatchObject({ ...columns, at: new Date(at).toISOString() })
        expect(JSON.parse(json)).not.toHaveProperty('audience')
      }
      expect(whole.at(-1)).toMatchObject({ actorId: alice, roomId: room, audience: [`room:${room}`] })
      expect(await storage.changesAfter(position, 10)).toEqual([])
    },
  )

  rule(
    'ST8: epoch, head and first position are those of the database, however often it is opened',
    async ({ storage, reopen }) => {
      expect(await storage.head()).toEqual({
        epoch: expect.stringMatching(/^[a-z0-9]{1,32}$/),
        position: 0,
        firstPosition: 1,
      })
      await aUser(storage)
      const before = await storage.head()

      const again = await reopen()

      expect(await again.head()).toEqual(before)
      expect(await again.site()).toMatchObject({ hasOwner: false, site: { revision: expect.any(Number) } })
    },
  )

  rule(
    'ST9: only what is old and far behind leaves the log, as a prefix, and asking for it fails by name',
    async ({ storage, reopen }) => {
      for (let n = 1; n <= 30; n++) await commit(storage, [siteRenamed(`${n}`)])

      await vi.waitFor(async () => expect((await storage.head()).firstPosition).toBe(26), { timeout: 15_000 })

      const head = await storage.head()
      expect(head.position).toBe(30)
      expect((await storage.changesAfter(25, 100)).map(({ position }) => position)).toEqual([26, 27, 28, 29, 30])
      for (const position of [0, 24]) {
        await expect(storage.changesAfter(position, 100)).rejects.toBeInstanceOf(TrimmedError)
        await expect(take(storage, position, 30)).rejects.toBeInstanceOf(TrimmedError)
      }
      expect((await take(storage, 25, 30)).map(({ position }) => position)).toEqual([26, 27, 28, 29, 30])
      expect(await (await reopen()).head()).toEqual(head)
    },
    { keepMs: 0, keepChanges: 5 },
  )

  rule(
    'ST9: what is young stays, however far behind',
    async ({ storage }) => {
      for (let n = 1; n <= 10; n++) await commit(storage, [siteRenamed(`${n}`)])

      expect((await storage.head()).firstPosition).toBe(1)
      expect(await storage.changesAfter(0, 100)).toHaveLength(10)
    },
    { keepMs: 3_600_000, keepChanges: 1 },
  )

  rule('ST10: a closed storage has finished what was running and refuses the rest', async ({ storage, reopen }) => {
    const running = upTo(10).map((n) => commit(storage, [userCreated(`user${n}`)]))

    await storage.close()

    const ends = await Promise.allSettled(running)
    expect(await refusal(commit(storage, [siteRenamed('late')]))).toBe('unavailable')
    await expect(storage.head()).rejects.toBeInstanceOf(ChatError)
    const done = ends.filter(({ status }) => status === 'fulfilled')
    expect(done).toHaveLength(10)
    expect((await (await reopen()).head()).position).toBe(10)
  })
}

/** The changes of a feed up to a position; all until its end, if that never comes. */
async function take(storage: Storage, from: number, until: number): Promise<CommittedChange[]> {
  const taken: CommittedChange[] = []
  for await (const changes of storage.feed(from)) {
    taken.push(...changes)
    if ((taken.at(-1)?.position ?? 0) >= until) break
  }
  return taken
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
