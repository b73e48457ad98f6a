/** Every list that is read in pages: no entry twice, none left out, in a stated order. */

import type { Message } from '@suda/protocol'
import { expect } from 'vitest'
import type { PageBound, Storage } from '../storage.ts'
import type { Part } from './suite.ts'
import { aRoom, aUser, commit, deleted, joined, newId, posted, refusal, roomCreated, userCreated } from './world.ts'

export const lists: Part = (rule) => {
  rule(
    'ST49: messages are read before, after and around a seq, ascending, the newest without a bound',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const room = await aRoom(storage, [alice])
      const root = posted(room, alice, '1')
      await commit(storage, [root, posted(room, alice, 'reply', { threadId: root.messageId })])
      for (let n = 3; n <= 10; n++) await commit(storage, [posted(room, alice, `${n}`)])
      const page = async (bound: PageBound, limit: number) => {
        const { messages, hasBefore, hasAfter } = await storage.messages(room, { ...bound, limit })
        return [seqs(messages), hasBefore, hasAfter]
      }

      expect(await page({}, 3)).toEqual([[8, 9, 10], true, false])
      expect(await page({}, 50)).toEqual([[1, 3, 4, 5, 6, 7, 8, 9, 10], false, false])
      expect(await page({ before: 8 }, 3)).toEqual([[5, 6, 7], true, true])
      expect(await page({ before: 4 }, 3)).toEqual([[1, 3], false, true])
      expect(await page({ before: 1 }, 3)).toEqual([[], false, true])
      expect(await page({ before: 11 }, 2)).toEqual([[9, 10], true, false])
      expect(await page({ after: 0 }, 2)).toEqual([[1, 3], false, true])
      expect(await page({ after: 8 }, 2)).toEqual([[9, 10], true, false])
      expect(await page({ after: 10 }, 2)).toEqual([[], true, false])
      expect(await page({ around: 6 }, 3)).toEqual([[5, 6, 7], true, true])
      expect(await page({ around: 6 }, 50)).toEqual([[1, 3, 4, 5, 6, 7, 8, 9, 10], false, false])
      const [aroundReply] = await page({ around: 2 }, 4)
      expect(aroundReply).toEqual(expect.arrayContaining([1, 3]))
      expect(await storage.messages(newId(), { limit: 3 })).toEqual(EMPTY)
    },
  )

  rule('ST49: deleted messages keep their place in a page', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const drafts = [posted(room, alice), posted(room, alice), posted(room, alice)] as const
    await commit(storage, drafts)
    await commit(storage, [deleted(drafts[1], alice)])

    const { messages } = await storage.messages(room, { limit: 10 })

    expect(messages.map(({ seq, deletedAt }) => [seq, deletedAt !== undefined])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ])
  })

  rule('ST50: a thread is read in pages, ascending, with the authors’ cards', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const room = await aRoom(storage, [alice, bob])
    const root = posted(room, alice)
    await commit(storage, [root, ...upTo(5).map((n) => posted(room, bob, `${n}`, { threadId: root.messageId }))])
    const page = async (bound: { after?: number; before?: number }, limit: number) => {
      const { messages, hasBefore, hasAfter, users } = await storage.thread(root.messageId, { ...bound, limit })
      if (messages.length > 0) expect(users.map(({ id }) => id)).toEqual([bob])
      return [seqs(messages), hasBefore, hasAfter]
    }

    expect(await page({ after: 0 }, 2)).toEqual([[2, 3], false, true])
    expect(await page({ after: 3 }, 10)).toEqual([[4, 5, 6], true, false])
    expect(await page({ before: 4 }, 1)).toEqual([[3], true, true])
    expect(await storage.thread(newId(), { limit: 5 })).toEqual(EMPTY)
  })

  rule('ST51: members are read in pages by user id, each once, with their cards', async ({ storage }) => {
    const users = upTo(25).map((n) => userCreated(`user${n}`))
    await commit(storage, users)
    const room = await aRoom(
      storage,
      users.map(({ userId }) => userId),
    )

    const pages = await pagesOf((after) => storage.members(room, { limit: 10, ...after }))

    expect(pages.map(({ members }) => members.length)).toEqual([10, 10, 5])
    const ids = pages.flatMap(({ members }) => members.map(({ userId }) => userId))
    expect(ids).toEqual(users.map(({ userId }) => userId).sort())
    for (const { members, users: cards } of pages) {
      expect(cards.map(({ id }) => id).sort()).toEqual(members.map(({ userId }) => userId))
    }
    const { more } = await storage.members(room, { limit: 25 })
    expect(more).toBeUndefined()
  })

  rule('ST52: a bound that no page gave is refused', async ({ storage }) => {
    const alice = await aUser(storage)

    expect(await refusal(storage.rooms(alice, { browse: false, limit: 10, after: 'x' }))).toBe('validation_failed')
    expect(await refusal(storage.snapshot(alice, { after: '1.x' }))).toBe('validation_failed')
  })

  rule('ST52: rooms are read in pages by last activity, the own ones or also the public ones', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const drafts = upTo(7).map((n) => roomCreated(`room${n}`, n === 7 ? 'private' : 'public'))
    await commit(storage, drafts)
    for (const { roomId } of drafts.slice(0, 4)) await commit(storage, [joined(roomId, alice), joined(roomId, bob)])
    await commit(storage, [posted(drafts[2]?.roomId ?? '', bob)])
    const slugs = async (browse: boolean, limit: number) => {
      const pages = await pagesOf((after) => storage.rooms(alice, { browse, limit, ...after }))
      return pages.flatMap(({ rooms }) => rooms.map(({ slug }) => slug))
    }

    for (const limit of [1, 3, 50]) {
      const [own, all] = [await slugs(false, limit), await slugs(true, limit)]
      expect(own[0]).toBe('room3')
      expect(own.toSorted()).toEqual(['room1', 'room2', 'room3', 'room4'])
      expect(all.toSorted()).toEqual(['room1', 'room2', 'room3', 'room4', 'room5', 'room6'])
    }
    const { rooms } = await storage.rooms(alice, { browse: true, limit: 50 })
    expect(rooms.filter(({ my }) => my !== undefined)).toHaveLength(4)
    expect(rooms[0]).toEqual((await storage.room('room3', alice))?.room)
  })
}

async function pagesOf<Page extends { readonly more?: string }>(read: (after: { after?: string }) => Promise<Page>) {
  const pages: Page[] = []
  let after: { after?: string } | undefined = {}
  while (after !== undefined) {
    const page: Page = await read(after)
    pages.push(page)
    after = page.more === undefined ? undefined : { after: page.more }
    expect(pages.length).toBeLessThan(100)
  }
  return pages
}

const EMPTY: Awaited<ReturnType<Storage['messages']>> = { messages: [], users: [], hasBefore: false, hasAfter: false }
const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq)
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
