/** What a stream and a client's first screen are built on: readership and snapshots, each labelled with a position. */

import { expect } from 'vitest'
import type { Storage } from '../storage.ts'
import type { Part } from './suite.ts'
import {
  aName,
  aRoom,
  aUser,
  commit,
  joined,
  left,
  newId,
  posted,
  profileChanged,
  roomChanged,
  roomCreated,
  siteRenamed,
  userCreated,
} from './world.ts'

export const readers: Part = (rule) => {
  rule(
    'ST41: readership tells since when a room may be told: its turn to public or the own joining',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const room = await aRoom(storage, [alice], 'private')
      const of = async (userId: string, roomId?: string) => (await storage.readership(userId, roomId)).rooms
      expect(await of(bob)).toEqual([])
      expect(await of(bob, room)).toEqual([])

      const joining = await commit(storage, [joined(room, bob, 'moderator')])
      const since = joining.changes[0]?.position
      expect(await of(bob)).toEqual([{ roomId: room, since, isMember: true, role: 'moderator' }])
      expect(await of(bob, room)).toEqual([{ roomId: room, since, isMember: true, role: 'moderator' }])

      await commit(storage, [left(room, bob)])
      expect(await of(bob)).toEqual([])
      const opening = await commit(storage, [roomChanged(room, { visibility: 'public' })])
      expect(await of(bob)).toEqual([])
      expect(await of(bob, room)).toEqual([{ roomId: room, since: opening.changes[0]?.position, isMember: false }])
      // Who could read the room already became no reader by joining it.
      await commit(storage, [joined(room, bob)])
      expect(await of(bob, room)).toMatchObject([{ since: opening.changes[0]?.position, isMember: true }])
      await commit(storage, [left(room, bob), roomChanged(room, { visibility: 'private' })])
      expect(await of(bob, room)).toEqual([])
    },
  )

  rule('ST41: guests read public rooms as members alone, the suspended nothing', async ({ storage }) => {
    const [guest, alice] = [await aUser(storage, 'guest'), await aUser(storage)]
    const room = await aRoom(storage, [alice])
    expect((await storage.readership(guest, room)).rooms).toEqual([])
    const { changes } = await commit(storage, [joined(room, guest)])
    expect(await storage.readership(guest, room)).toMatchObject({
      position: changes[0]?.position,
      user: { id: guest, siteRole: 'guest' },
      rooms: [{ isMember: true, since: changes[0]?.position }],
    })

    await commit(storage, [profileChanged(alice, { suspended: true })])

    const { user, rooms } = await storage.readership(alice)
    expect([user, rooms]).toEqual([undefined, []])
  })

  rule('ST41: readership tells when the account was made', async ({ storage }) => {
    const { changes } = await commit(storage, [userCreated(aName())])

    expect((await storage.readership(changes[0]?.userId ?? '')).createdAt).toBe(changes[0]?.at)
  })

  rule('ST42: a snapshot is one moment: it holds every effect up to its position', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])
    const { position: start } = await storage.head()
    const writing = Promise.all(
      Array.from({ length: 30 }, (_, n) => commit(storage, [posted(room, alice), siteRenamed(`${n}`)])),
    )

    for (let n = 0; n < 15; n++) {
      const [snapshot, readership, open] = await Promise.all([
        storage.snapshot(alice, {}),
        storage.readership(alice),
        storage.publicRooms(),
      ])
      const position = snapshot?.position ?? 0
      expect(snapshot?.rooms[0]?.lastSeq).toBe((position - start) / 2)
      expect(readership.position).toBeGreaterThanOrEqual(start)
      expect(open).toMatchObject({ roomIds: [room] })
    }
    await writing
    expect(await storage.snapshot(alice, {})).toMatchObject({
      position: start + 60,
      epoch: (await storage.head()).epoch,
    })
  })

  rule(
    'ST43: a snapshot has the user’s rooms, newest first and page by page, or those asked for that the user may read',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const [mine, quiet] = [await aRoom(storage, [alice], 'private'), await aRoom(storage, [alice, bob])]
      const [open, closed] = [await aRoom(storage, [bob]), await aRoom(storage, [bob], 'private')]
      await commit(storage, [posted(mine, alice)])

      const whole = await storage.snapshot(alice, {})
      expect(whole).toMatchObject({ me: { id: alice }, site: { revision: expect.any(Number) } })
      expect(whole?.rooms.map(({ id }) => id).sort()).toEqual([mine, quiet].sort())
      expect(whole?.rooms[0]).toMatchObject({ id: mine, my: { role: 'member', readSeq: 1 } })
      expect(whole).not.toHaveProperty('more')

      const asked = await storage.snapshot(alice, { roomIds: [mine, open, closed, newId()] })
      expect(asked?.rooms.map(({ id }) => id).sort()).toEqual([mine, open].sort())
      expect(asked?.rooms.find(({ id }) => id === open)).not.toHaveProperty('my')
      const guest = await aUser(storage, 'guest')
      expect(await storage.snapshot(guest, { roomIds: [open] })).toMatchObject({ rooms: [] })

      await commit(storage, [profileChanged(alice, { suspended: true })])
      expect(await storage.snapshot(alice, {})).toBeUndefined()
      expect(await storage.snapshot(newId(), {})).toBeUndefined()
    },
  )

  rule('ST43: a snapshot side-loads the members of direct rooms and nobody else', async ({ storage }) => {
    const [alice, bob, carol] = [await aUser(storage), await aUser(storage), await aUser(storage)]
    const direct = newId()
    await commit(storage, [
      {
        type: 'room.created',
        audience: [`room:${direct}`],
        roomId: direct,
        room: { slug: `dm-${direct}`, name: 'direct', kind: 'direct', visibility: 'private' },
      },
      joined(direct, alice),
      joined(direct, bob),
    ])
    await aRoom(storage, [alice, carol])

    const snapshot = await storage.snapshot(alice, {})

    expect(snapshot?.users.map(({ id }) => id).sort()).toEqual([alice, bob].sort())
  })

  rule('ST43: more rooms than a page holds come page by page, each once', async ({ storage }) => {
    const alice = await aUser(storage)
    const rooms = await manyRooms(storage, alice)

    const first = await storage.snapshot(alice, {})
    const second = await storage.snapshot(alice, { after: first?.more ?? '' })

    expect([first?.rooms.length, second?.rooms.length]).toEqual([500, 10])
    expect(second).not.toHaveProperty('more')
    const ids = [...(first?.rooms ?? []), ...(second?.rooms ?? [])].map(({ id }) => id)
    expect(ids.sort()).toEqual(rooms.sort())
  })

  rule('ST43: a room that is written to between two pages comes with the last one', async ({ storage }) => {
    const alice = await aUser(storage)
    const rooms = await manyRooms(storage, alice)
    const first = await storage.snapshot(alice, {})
    const onFirst = new Set(first?.rooms.map(({ id }) => id))
    const [early = '', late = ''] = [rooms.find((id) => onFirst.has(id)), rooms.find((id) => !onFirst.has(id))]
    await commit(storage, [posted(early, alice), posted(late, alice)])

    const second = await storage.snapshot(alice, { after: first?.more ?? '' })

    expect(second?.rooms.length).toBe(11)
    const moved = second?.rooms.filter(({ id }) => id === early || id === late)
    expect(moved?.map(({ lastSeq }) => lastSeq)).toEqual([1, 1])
    expect(new Set([...onFirst, ...(second?.rooms.map(({ id }) => id) ?? [])]).size).toBe(510)
  })
}

/** Ten more than a page holds. */
async function manyRooms(storage: Storage, member: string): Promise<string[]> {
  const created = Array.from({ length: 510 }, () => roomCreated(aName()))
  await commit(
    storage,
    created.flatMap((draft) => [draft, joined(draft.roomId, member)]),
  )
  return created.map(({ roomId }) => roomId)
}
