/** What was taken back is gone, and the log keeps its positions (DL2a). */

import type { CommittedChange } from '@suda/protocol'
import { expect } from 'vitest'
import type { Storage } from '../storage.ts'
import type { Part } from './suite.ts'
import { aRoom, aUser, commit, deleted, edited, logOf, parsed, posted, readMoved } from './world.ts'

export const redaction: Part = (rule) => {
  rule('ST36: a newer change under the same key voids the older one and leaves its position', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const room = await aRoom(storage, [alice, bob])
    for (let n = 1; n <= 3; n++) await commit(storage, [posted(room, alice)])
    const moves: CommittedChange[] = []
    for (const seq of [1, 2, 3]) moves.push(...(await commit(storage, [readMoved(room, bob, seq)])).changes)

    const rows = await at(storage, moves)

    expect(rows.map(({ type }) => type)).toEqual(['void', 'void', 'read.moved'])
    for (const row of rows.slice(0, 2)) expectVoid(row)
    expect(moves.map(({ supersedes }) => supersedes ?? [])).toEqual([[], [moves[0]?.position], [moves[1]?.position]])
    expect((await logOf(storage)).map(({ position }) => position)).toEqual(upTo((await storage.head()).position))
  })

  rule('ST36: the key of one user in one room voids nothing of others', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const [one, two] = [await aRoom(storage, [alice, bob]), await aRoom(storage, [alice, bob])]
    const author = await aUser(storage)
    await commit(storage, [posted(one, author), posted(two, author)])
    const places = [
      [one, alice],
      [one, bob],
      [two, alice],
    ] as const
    const moves: CommittedChange[] = []
    for (const [room, user] of places) moves.push(...(await commit(storage, [readMoved(room, user, 1)])).changes)

    expect((await at(storage, moves)).map(({ type }) => type)).toEqual(['read.moved', 'read.moved', 'read.moved'])
  })

  rule(
    'ST37: after edits the log has the message as it is now, in its posting and in its last edit alone',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const room = await aRoom(storage, [alice])
      const draft = posted(room, alice, 'swordfish one')
      const changes: CommittedChange[] = [...(await commit(storage, [draft])).changes]
      const original = parsed(changes[0], 'message.posted')
      for (const text of ['swordfish two', 'swordfish three', 'fine'])
        changes.push(...(await commit(storage, [edited(draft, text)])).changes)

      const rows = await at(storage, changes)

      expect(rows.map(({ type }) => type)).toEqual(['message.posted', 'void', 'void', 'message.edited'])
      for (const row of rows.slice(1, 3)) expectVoid(row)
      const now = await storage.message(draft.messageId)
      expect(parsed(rows[0], 'message.posted')).toEqual({ ...original, payload: { ...original.payload, message: now } })
      expect(rows[0]).toMatchObject({ audience: changes[0]?.audience, at: changes[0]?.at })
      expect(JSON.stringify(await logOf(storage))).not.toContain('swordfish')
      const supersedes = changes.map((change) => [...(change.supersedes ?? [])].sort((a, b) => a - b))
      const [p, e1, e2] = changes.map(({ position }) => position)
      expect(supersedes).toEqual([[], [p], [p, e1], [p, e2]])
    },
  )

  rule(
    'ST37: of a deleted message no text is left anywhere, its origin and its place are',
    async ({ storage, reopen }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const room = await aRoom(storage, [alice, bob])
      const draft = posted(room, alice, 'swordfish', { mentions: [{ kind: 'user', userId: bob, as: 'bob' }] })
      const changes: CommittedChange[] = [...(await commit(storage, [draft])).changes]
      changes.push(...(await commit(storage, [edited(draft, 'swordfish again')])).changes)
      changes.push(...(await commit(storage, [deleted(draft, alice)])).changes)

      const rows = await at(storage, changes)

      expect(rows.map(({ type }) => type)).toEqual(['message.posted', 'void', 'message.deleted'])
      const tombstone = await storage.message(draft.messageId)
      expect(parsed(rows[0], 'message.posted').payload).toMatchObject({
        message: tombstone,
        mentioned: { userIds: [bob] },
      })
      const again = await reopen()
      const everything = [await logOf(again), await again.messages(room, { limit: 10 }), await again.snapshot(bob, {})]
      expect(JSON.stringify(everything)).not.toContain('swordfish')
      expect(await again.messageOrigin(draft.messageId)).toMatchObject({ authorId: alice, roomId: room })
    },
  )

  rule('ST37: a feed that reads the log later gets it as it is then', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const { position } = await storage.head()
    const draft = posted(room, alice, 'swordfish')
    await commit(storage, [draft])
    await commit(storage, [deleted(draft, alice)])

    const first = []
    for await (const changes of storage.feed(position)) {
      first.push(...changes)
      if (first.length >= 2) break
    }

    expect(first).toEqual(await storage.changesAfter(position, 10))
    expect(JSON.stringify(first)).not.toContain('swordfish')
  })

  rule('ST37: an edit and a delete that race leave a tombstone', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const draft = posted(room, alice, 'swordfish')
    await commit(storage, [draft])

    await Promise.allSettled([
      commit(storage, [edited(draft, 'swordfish two')]),
      commit(storage, [deleted(draft, alice)]),
      commit(storage, [edited(draft, 'swordfish three')]),
    ])

    expect(await storage.message(draft.messageId)).toMatchObject({ text: '', deletedBy: alice })
    expect(JSON.stringify(await logOf(storage))).not.toContain('swordfish')
  })
}

/** What stands in the log now where these changes were written. */
async function at(storage: Storage, changes: readonly CommittedChange[]): Promise<CommittedChange[]> {
  const rows = await Promise.all(changes.map(({ position }) => storage.changesAfter(position - 1, 1)))
  return rows.flat()
}

function expectVoid(row: CommittedChange): void {
  const { position, at: time, json } = row
  expect(row).toEqual({ position, at: time, type: 'void', audience: ['server'], json })
  expect(JSON.parse(json)).toEqual({ position, at: new Date(time).toISOString(), type: 'void', payload: {} })
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
