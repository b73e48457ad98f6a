/** What comes twice is done once: by message id, by foreign row, by idempotency key. */

import { expect } from 'vitest'
import type { IdempotencyKey, MessagePostedDraft } from '../storage.ts'
import type { Part } from './suite.ts'
import { aRoom, aUser, commit, deleted, edited, joined, logOf, newId, posted, refusal, siteRenamed } from './world.ts'

export const retries: Part = (rule) => {
  rule('ST11: the same message id with the same author, room and first body changes nothing', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const draft = posted(room, alice)
    await commit(storage, [draft])
    const head = await storage.head()

    expect(await commit(storage, [draft])).toMatchObject({ repeated: true })
    await commit(storage, [edited(draft, 'other')])
    expect(await commit(storage, [draft])).toMatchObject({ repeated: true })
    await commit(storage, [deleted(draft, alice)])
    expect(await commit(storage, [draft])).toMatchObject({ repeated: true })

    expect((await storage.head()).position).toBe(head.position + 2)
    expect(await storage.messageOrigin(draft.messageId)).toEqual({
      roomId: room,
      authorId: alice,
      bodyHash: draft.bodyHash,
      position: head.position,
    })
  })

  rule('ST11: of the same message posted at once several times one is stored', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const draft = posted(room, alice)

    const all = await Promise.all(Array.from({ length: 10 }, () => commit(storage, [draft])))

    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect((await storage.messages(room, { limit: 10 })).messages).toHaveLength(1)
  })

  rule(
    'ST12: a message id that stands for anything else is a conflict, also after its message was deleted',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const [room, other] = [await aRoom(storage, [alice, bob]), await aRoom(storage, [alice])]
      const draft = posted(room, alice)
      await commit(storage, [draft])
      const others: MessagePostedDraft[] = [
        { ...draft, bodyHash: 'another' },
        { ...draft, roomId: other },
        { ...draft, message: { ...draft.message, authorId: bob } },
      ]

      for (const another of others) expect(await refusal(commit(storage, [another]))).toBe('conflict')
      await commit(storage, [deleted(draft, alice)])
      for (const another of others) expect(await refusal(commit(storage, [another]))).toBe('conflict')

      expect((await storage.messages(other, { limit: 10 })).messages).toEqual([])
      expect(await storage.room(other, alice)).toMatchObject({ room: { lastSeq: 0 } })
    },
  )

  rule('ST12: of two messages under one id at once one is stored and the other is a conflict', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const draft = posted(room, alice, 'one')

    const ends = await Promise.all([draft, { ...draft, bodyHash: 'two' }].map((one) => refusal(commit(storage, [one]))))

    expect(ends.sort()).toEqual(['accepted', 'conflict'])
  })

  rule('ST13: a foreign row is taken once, whatever id its message has', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const source = { source: 'inbox', sourceId: 'a:1' }
    const copies = Array.from({ length: 5 }, () => ({ ...posted(room, alice), source }))

    const all = await Promise.all(copies.map((copy) => commit(storage, [copy])))

    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect((await storage.messages(room, { limit: 10 })).messages).toHaveLength(1)
    const next = { ...posted(room, alice), source: { source: 'inbox', sourceId: 'a:2' } }
    expect(await commit(storage, [next])).toMatchObject({ repeated: false })
  })

  rule('ST13: a foreign row that one commit brings twice is refused with all of it', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const source = { source: 'inbox', sourceId: 'a:1' }
    const both = [posted(room, alice), posted(room, alice)].map((draft) => ({ ...draft, source }))

    expect(await refusal(commit(storage, both))).toBe('conflict')

    expect((await storage.messages(room, { limit: 10 })).messages).toEqual([])
  })

  rule(
    'ST11: a commit whose note was stored before is a repeated one, also where the note has no cause',
    async (opened) => {
      const { storage } = opened
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const room = await aRoom(storage, [alice])
      const note = posted(room, alice, '', { kind: 'system', system: { type: 'added', userIds: [bob] } })
      const drafts = [joined(room, bob), note]
      await commit(storage, drafts)

      expect(await commit(storage, [...drafts, siteRenamed('again')])).toEqual({ changes: [], repeated: true })

      expect((await storage.site()).site.name).not.toBe('again')
    },
  )

  rule('ST14: an idempotency key answers the first commit again and takes no second one', async ({ storage }) => {
    const idempotency = aKey(await aUser(storage))
    const first = await commit(storage, [siteRenamed('one')], [], { idempotency })
    expect(await storage.keptAnswer(idempotency.actorId, idempotency.key)).toEqual({ requestHash: 'hash' })
    await commit(storage, [], [], { idempotency: { ...idempotency, answer: '{"name":"one"}' } })

    const again = await commit(storage, [siteRenamed('two')], [], { idempotency })

    expect(again).toEqual({ changes: first.changes, repeated: true, answer: '{"name":"one"}' })
    expect((await storage.site()).site.name).toBe('one')
    expect(await storage.keptAnswer(idempotency.actorId, idempotency.key)).toEqual({
      requestHash: 'hash',
      answer: '{"name":"one"}',
    })
  })

  rule('ST14: a key that stands for another request is a conflict; keys are each actor’s own', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const idempotency = aKey(alice)
    await commit(storage, [siteRenamed('one')], [], { idempotency })

    const other = { ...idempotency, requestHash: 'another' }
    expect(await refusal(commit(storage, [siteRenamed('two')], [], { idempotency: other }))).toBe('conflict')
    const bobs = { ...idempotency, actorId: bob }
    expect(await commit(storage, [siteRenamed('three')], [], { idempotency: bobs })).toMatchObject({ repeated: false })

    expect((await storage.site()).site.name).toBe('three')
    expect(await storage.keptAnswer(alice, newId())).toBeUndefined()
  })

  rule('ST14: under one key at once one commit is carried out', async ({ storage }) => {
    const idempotency = aKey(await aUser(storage))
    const { position } = await storage.head()

    const all = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => commit(storage, [siteRenamed(name)], [], { idempotency })),
    )

    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect((await storage.head()).position).toBe(position + 1)
    expect(new Set(all.map(({ changes }) => changes[0]?.position))).toEqual(new Set([position + 1]))
  })

  rule('ST14: a refused commit leaves its key free; what was taken back is in no kept answer', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const idempotency = aKey(alice)
    const never = { kind: 'siteRole', userId: alice, atLeast: 'owner' } as const
    expect(await refusal(commit(storage, [siteRenamed('no')], [never], { idempotency }))).toBe('forbidden')

    const draft = posted(room, alice, 'swordfish')
    expect(await commit(storage, [draft], [], { idempotency })).toMatchObject({ repeated: false })
    await commit(storage, [], [], { idempotency: { ...idempotency, answer: '{"text":"swordfish"}' } })
    await commit(storage, [deleted(draft, alice)])

    const again = await commit(storage, [draft], [], { idempotency })
    expect(JSON.stringify([again, await storage.keptAnswer(alice, idempotency.key)])).not.toContain('swordfish')
    expect(JSON.stringify(await logOf(storage))).not.toContain('swordfish')
  })

  rule('ST14: an answer tells what is so after its own commit, and is kept', async ({ storage }) => {
    const alice = await aUser(storage)
    const draft = posted(await aRoom(storage, [alice]), alice, 'first')
    await commit(storage, [draft])
    const idempotency = { ...aKey(alice), answer: '{"text":"second"}' }

    await commit(storage, [edited(draft, 'second')], [], { idempotency })

    expect(await storage.keptAnswer(alice, idempotency.key)).toMatchObject({ answer: '{"text":"second"}' })
  })

  rule('ST14: no answer is kept of what the same commit took back', async ({ storage }) => {
    const alice = await aUser(storage)
    const draft = posted(await aRoom(storage, [alice]), alice, 'swordfish')
    const idempotency = { ...aKey(alice), answer: '{"text":"swordfish"}' }

    await commit(storage, [draft, deleted(draft, alice)], [], { idempotency })
    await commit(storage, [], [], { idempotency })

    expect(await storage.keptAnswer(alice, idempotency.key)).toEqual({ requestHash: 'hash' })
  })

  rule(
    'ST14: of a request that changed nothing no answer is taken after any text was taken back',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const room = await aRoom(storage, [alice])
      const draft = posted(room, alice, 'swordfish')
      await commit(storage, [draft])
      const idempotency = aKey(alice)
      await commit(storage, [joined(room, alice)], [], { idempotency })

      await commit(storage, [deleted(draft, alice)])
      await commit(storage, [], [], { idempotency: { ...idempotency, answer: '{"text":"swordfish"}' } })

      expect(await storage.keptAnswer(alice, idempotency.key)).toEqual({ requestHash: 'hash' })
    },
  )
}

function aKey(actorId: string): IdempotencyKey {
  return { actorId, key: newId(), requestHash: 'hash' }
}
