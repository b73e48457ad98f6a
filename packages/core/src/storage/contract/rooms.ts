/** Rooms: settings, deletion and the erasing of what they held. */

import { expect, vi } from 'vitest'
import type { Part } from './suite.ts'
import {
  aRoom,
  aUser,
  commit,
  edited,
  joined,
  logOf,
  memberChanged,
  newId,
  parsed,
  posted,
  readMoved,
  refusal,
  roomChanged,
  roomCreated,
  roomDeleted,
} from './world.ts'

export const rooms: Part = (rule) => {
  rule(
    'ST38: a change of settings raises the room’s revision and tells the whole room as it is then',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const draft = roomCreated('plans', 'private')
      const { changes: creation } = await commit(storage, [draft])
      expect(parsed(creation[0], 'room.created').payload.room).toEqual({
        id: draft.roomId,
        slug: 'plans',
        name: 'plans',
        kind: 'room',
        visibility: 'private',
        archived: false,
        revision: 1,
        memberCount: 0,
        firstSeq: 1,
        lastSeq: 0,
        ordinal: 0,
      })
      await commit(storage, [joined(draft.roomId, alice)])

      const { changes } = await commit(storage, [
        roomChanged(draft.roomId, { slug: 'new', name: 'New', topic: 'talk', visibility: 'public' }),
        roomChanged(draft.roomId, { topic: null, archived: true }),
      ])

      const [first, second] = changes.map((change) => parsed(change, 'room.changed').payload.room)
      expect(first).toMatchObject({
        slug: 'new',
        name: 'New',
        topic: 'talk',
        visibility: 'public',
        archived: false,
        revision: 2,
      })
      expect(second).toMatchObject({ name: 'New', archived: true, revision: 3, memberCount: 1 })
      for (const room of [first, second]) expect(room).not.toHaveProperty('my')
      expect(second).not.toHaveProperty('topic')
      expect(await storage.room('plans', alice)).toBeUndefined()
      expect(await storage.room('new', '')).toEqual({ room: second })
    },
  )

  rule(
    'ST39: a deleted room is unreadable at once and its slug free, and nothing can be written into it',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const draft = roomCreated('plans')
      const message = posted(draft.roomId, alice, 'text')
      await commit(storage, [draft, joined(draft.roomId, alice), message])

      const { changes } = await commit(storage, [roomDeleted(draft.roomId)])

      expect(changes).toMatchObject([{ type: 'room.deleted', audience: [`room:${draft.roomId}`] }])
      expect(await storage.room(draft.roomId, alice)).toBeUndefined()
      expect(await storage.room('plans', alice)).toBeUndefined()
      expect(await storage.message(message.messageId)).toBeUndefined()
      expect(await storage.messages(draft.roomId, { limit: 10 })).toMatchObject({ messages: [] })
      expect(await storage.members(draft.roomId, { limit: 10 })).toMatchObject({ members: [] })
      expect(await storage.member(draft.roomId, alice)).toBeUndefined()
      expect(await storage.rooms(alice, { browse: true, limit: 10 })).toEqual({ rooms: [] })
      expect(await storage.snapshot(alice, {})).toMatchObject({ rooms: [] })
      expect(await storage.snapshot(alice, { roomIds: [draft.roomId] })).toMatchObject({ rooms: [] })
      expect(await storage.publicRooms()).toMatchObject({ roomIds: [] })
      for (const late of [
        posted(draft.roomId, alice),
        joined(draft.roomId, newId()),
        roomChanged(draft.roomId, { name: 'x' }),
        memberChanged(draft.roomId, alice, { role: 'moderator' }),
      ]) {
        expect(await refusal(commit(storage, [late])), late.type).toBe('not_found')
      }
      expect(await commit(storage, [roomDeleted(draft.roomId)])).toMatchObject({ changes: [] })
      expect(await refusal(commit(storage, [roomCreated('plans')]))).toBe('accepted')
    },
  )

  rule(
    'ST40: of a deleted room its members are still told; what it held is erased in the background',
    async ({ storage, reopen }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const room = await aRoom(storage, [alice, bob])
      const [kept, message] = [await aRoom(storage, [alice]), posted(room, alice, 'swordfish')]
      await commit(storage, [posted(kept, alice, 'stays'), message, edited(message, 'swordfish two')])
      await commit(storage, [roomChanged(room, { topic: 'swordfish three' }), readMoved(room, bob, 1)])
      const { position } = await storage.head()
      const { changes } = await commit(storage, [roomDeleted(room)])

      const again = await reopen()
      await vi.waitFor(() => expect(again.status().erasing).toBe(0), { timeout: 15_000 })

      const readership = await again.readership(bob)
      expect(readership.rooms).toMatchObject([{ roomId: room, isMember: true, deletedAt: changes[0]?.position }])
      expect((await again.readership(await aUser(again))).rooms).toEqual([])
      const log = await logOf(again)
      expect(JSON.stringify(log)).not.toContain('swordfish')
      expect(JSON.stringify(log)).toContain('stays')
      expect(log.map((change) => change.position)).toEqual(Array.from({ length: log.length }, (_, i) => i + 1))
      expect(log[position]).toMatchObject({ type: 'room.deleted', roomId: room })
      expect(await again.message(message.messageId)).toBeUndefined()
    },
  )
}
