/** Each precondition: where it holds, where it does not, and where two commits race about it. */

import { expect, vi } from 'vitest'
import type { Draft, Precondition, Storage } from '../storage.ts'
import { code, expectRace } from './race.ts'
import type { Part } from './suite.ts'
import {
  AN_HOUR_AGO,
  aRoom,
  aUser,
  commit,
  edited,
  IN_AN_HOUR,
  joined,
  left,
  memberChanged,
  newId,
  posted,
  refusal,
  roomChanged,
  roomCreated,
  roomDeleted,
  sessionEnded,
  sessionStarted,
  siteRenamed,
  tokenCreated,
  tokenDeleted,
  profileChanged,
  userChanged,
  userCreated,
} from './world.ts'

export const preconditions: Part = (rule) => {
  rule(
    'ST15: `reader` holds for active members, and for all but guests where the room is public',
    async ({ storage }) => {
      const [member, stranger, guest] = [await aUser(storage), await aUser(storage), await aUser(storage, 'guest')]
      const [open, closed] = [await aRoom(storage, [member]), await aRoom(storage, [member, guest], 'private')]
      const reader = (userId: string, roomId: string) => code(storage, { kind: 'reader', userId, roomId })

      expect(await Promise.all([reader(member, open), reader(stranger, open), reader(guest, closed)])).toEqual(
        ACCEPTED_3,
      )
      expect(await reader(guest, open)).toBe('not_found')
      expect(await reader(stranger, closed)).toBe('not_found')
      expect(await reader(member, newId())).toBe('not_found')
      expect(await reader(newId(), open)).toBe('not_found')

      await commit(storage, [profileChanged(member, { suspended: true }), roomDeleted(open)])
      expect(await reader(member, closed)).toBe('not_found')
      expect(await reader(stranger, open)).toBe('not_found')
    },
  )

  rule('ST15: who is removed while posting posts before the removal or not at all', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice], 'private')

    await expectRace(storage, {
      precondition: { kind: 'reader', userId: alice, roomId: room },
      guarded: () => posted(room, alice),
      breaker: left(room, alice),
      mender: joined(room, alice),
      code: 'not_found',
    })
  })

  rule(
    'ST16: `roomRole` asks for membership and rank, and tells nothing to those who may not read',
    async ({ storage }) => {
      const [member, boss, stranger] = [await aUser(storage), await aUser(storage), await aUser(storage)]
      const [open, closed] = [await aRoom(storage, [member]), await aRoom(storage, [member], 'private')]
      await commit(storage, [joined(open, boss, 'moderator')])
      const role = (userId: string, roomId: string, atLeast: 'member' | 'moderator') =>
        code(storage, { kind: 'roomRole', userId, roomId, atLeast })

      expect(await role(member, open, 'member')).toBe('accepted')
      expect(await role(boss, open, 'member')).toBe('accepted')
      expect(await role(boss, open, 'moderator')).toBe('accepted')
      expect(await role(member, open, 'moderator')).toBe('forbidden')
      expect(await role(stranger, open, 'member')).toBe('forbidden')
      expect(await role(stranger, closed, 'member')).toBe('not_found')

      await commit(storage, [profileChanged(boss, { suspended: true }), roomDeleted(closed)])
      expect(await role(boss, open, 'moderator')).toBe('not_found')
      expect(await role(member, closed, 'member')).toBe('not_found')
    },
  )

  rule('ST16: who loses a role while using it uses it before that or not at all', async ({ storage }) => {
    const boss = await aUser(storage)
    const room = await aRoom(storage, [])
    await commit(storage, [joined(room, boss, 'moderator')])

    await expectRace(storage, {
      precondition: { kind: 'roomRole', userId: boss, roomId: room, atLeast: 'moderator' },
      guarded: () => roomChanged(room, { name: 'renamed' }),
      breaker: memberChanged(room, boss, { role: 'member' }),
      mender: memberChanged(room, boss, { role: 'moderator' }),
      code: 'forbidden',
    })
  })

  rule('ST17: `siteRole` ranks guest, member, admin, owner, and tells the inactive to sign in', async ({ storage }) => {
    const ranks = ['guest', 'member', 'admin', 'owner'] as const
    for (const [held, siteRole] of ranks.entries()) {
      const userId = await aUser(storage, siteRole)
      for (const [needed, atLeast] of ranks.entries()) {
        const expected = held >= needed ? 'accepted' : 'forbidden'
        expect(await code(storage, { kind: 'siteRole', userId, atLeast }), `${siteRole}, ${atLeast}`).toBe(expected)
      }
      await commit(storage, [profileChanged(userId, { suspended: true })])
      expect(await code(storage, { kind: 'siteRole', userId, atLeast: 'guest' })).toBe('unauthenticated')
    }
    expect(await code(storage, { kind: 'siteRole', userId: newId(), atLeast: 'guest' })).toBe('unauthenticated')
  })

  rule('ST17: who is suspended while acting acts before that or not at all', async ({ storage }) => {
    const alice = await aUser(storage)

    await expectRace(storage, {
      precondition: { kind: 'siteRole', userId: alice, atLeast: 'member' },
      guarded: () => siteRenamed('x'),
      breaker: profileChanged(alice, { suspended: true }),
      mender: profileChanged(alice, { suspended: false }),
      code: 'unauthenticated',
    })
  })

  rule('ST17: `active` holds for whoever is neither suspended nor unknown, also in a race', async ({ storage }) => {
    const alice = await aUser(storage)
    expect(await code(storage, { kind: 'active', userId: newId() })).toBe('not_found')

    await expectRace(storage, {
      precondition: { kind: 'active', userId: alice },
      guarded: () => siteRenamed('x'),
      breaker: profileChanged(alice, { suspended: true }),
      mender: profileChanged(alice, { suspended: false }),
      code: 'not_found',
    })
  })

  rule('ST18: `notMuted` holds for others than members who are muted now', async ({ storage }) => {
    const [alice, stranger] = [await aUser(storage), await aUser(storage)]
    const room = await aRoom(storage, [alice])
    const notMuted = (userId: string) => code(storage, { kind: 'notMuted', userId, roomId: room })

    expect(await notMuted(alice)).toBe('accepted')
    expect(await notMuted(stranger)).toBe('accepted')
    await commit(storage, [memberChanged(room, alice, { mutedUntil: IN_AN_HOUR() })])
    expect(await notMuted(alice)).toBe('muted')
    expect(await storage.room(room, alice)).toMatchObject({ mutedUntil: expect.any(String) })
    await commit(storage, [memberChanged(room, alice, { mutedUntil: AN_HOUR_AGO() })])
    expect(await notMuted(alice)).toBe('accepted')
    await commit(storage, [memberChanged(room, alice, { mutedUntil: null })])
    expect(await notMuted(alice)).toBe('accepted')
  })

  rule('ST18: who is muted while posting posts before that or not at all', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])

    await expectRace(storage, {
      precondition: { kind: 'notMuted', userId: alice, roomId: room },
      guarded: () => posted(room, alice),
      breaker: memberChanged(room, alice, { mutedUntil: IN_AN_HOUR() }),
      mender: memberChanged(room, alice, { mutedUntil: null }),
      code: 'muted',
    })
  })

  rule('ST19: `roomOpen` holds for rooms that exist and are not archived', async ({ storage }) => {
    const room = await aRoom(storage, [])
    const roomOpen = (roomId: string) => code(storage, { kind: 'roomOpen', roomId })

    expect(await roomOpen(room)).toBe('accepted')
    expect(await roomOpen(newId())).toBe('not_found')
    await commit(storage, [roomChanged(room, { archived: true })])
    expect(await roomOpen(room)).toBe('room_archived')
    await commit(storage, [roomDeleted(room)])
    expect(await roomOpen(room)).toBe('not_found')
  })

  rule('ST19: a post and the archiving of its room come one after the other', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [alice])

    await expectRace(storage, {
      precondition: { kind: 'roomOpen', roomId: room },
      guarded: () => posted(room, alice),
      breaker: roomChanged(room, { archived: true }),
      mender: roomChanged(room, { archived: false }),
      code: 'room_archived',
    })
  })

  rule(
    'ST20: `revision` holds while nothing changed the site, the user, the room or the message',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const room = await aRoom(storage, [alice])
      const message = posted(room, alice)
      await commit(storage, [message])
      const { site } = await storage.site()
      const at = (entity: 'site' | 'user' | 'room' | 'message', id: string, revision: number) =>
        code(storage, { kind: 'revision', entity, id, revision }, [])

      const changed: [entity: 'site' | 'user' | 'room' | 'message', id: string, now: number, change: Draft][] = [
        ['site', site.id, site.revision, siteRenamed('other')],
        ['user', alice, 1, userChanged(alice, { displayName: 'Alice' })],
        ['room', room, 1, roomChanged(room, { topic: 'talk' })],
        ['message', message.messageId, 1, edited(message, 'other')],
      ]
      for (const [entity, id, now, change] of changed) {
        expect(await at(entity, id, now), entity).toBe('accepted')
        await commit(storage, [change])
        expect(await at(entity, id, now), entity).toBe('stale')
        expect(await at(entity, id, now + 1), entity).toBe('accepted')
        expect(await at(entity, newId(), 1), entity).toBe('not_found')
      }
      await commit(storage, [roomDeleted(room)])
      expect(await at('room', room, 2)).toBe('not_found')
    },
  )

  rule('ST20: of two changes to what both have seen one is stale', async ({ storage }) => {
    const room = await aRoom(storage, [])
    const seen = { kind: 'revision', entity: 'room', id: room, revision: 1 } as const

    const ends = await Promise.all(
      ['a', 'b', 'c'].map((name) => refusal(commit(storage, [roomChanged(room, { name })], [seen]))),
    )

    expect(ends.sort()).toEqual(['accepted', 'stale', 'stale'])
    expect(await storage.room(room, '')).toMatchObject({ room: { revision: 2 } })
  })

  rule(
    'ST21: `session` and `token` hold while they live; what was made with a token goes with it',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const token = tokenCreated(alice)
      const drafts = [token, tokenCreated(alice, { expiresAt: AN_HOUR_AGO() })] as const
      const sessions = [
        sessionStarted(alice),
        sessionStarted(alice, { expiresAt: AN_HOUR_AGO() }),
        sessionStarted(alice, { tokenId: token.token.id }),
      ] as const
      await commit(storage, [...drafts, ...sessions])
      const session = (index: 0 | 1 | 2) => code(storage, { kind: 'session', sessionId: sessions[index].session.id })
      const tokenOf = (index: 0 | 1) => code(storage, { kind: 'token', tokenId: drafts[index].token.id })

      expect([await session(0), await session(1), await session(2)]).toEqual([
        'accepted',
        'unauthenticated',
        'accepted',
      ])
      expect([await tokenOf(0), await tokenOf(1)]).toEqual(['accepted', 'unauthenticated'])

      await commit(storage, [tokenDeleted(alice, token.token.id), sessionEnded(alice, sessions[0].session.id)])
      expect([await session(0), await session(2), await tokenOf(0)]).toEqual(Array(3).fill('unauthenticated'))
    },
  )

  rule('ST21: who is signed out while acting acts before that or not at all', async ({ storage }) => {
    const alice = await aUser(storage)
    const { session, ...rest } = sessionStarted(alice)
    await commit(storage, [{ ...rest, session }])

    await expectRace(storage, {
      precondition: { kind: 'session', sessionId: session.id },
      guarded: () => siteRenamed('x'),
      breaker: sessionEnded(alice, session.id),
      mender: { ...rest, session },
      code: 'unauthenticated',
    })
  })

  rule(
    'ST22: `quota` lets so many commits under a key through, refused ones not counted, until the window has passed',
    async ({ storage }) => {
      const quota = (key: string, windowMs = 3_600_000): Precondition => ({ kind: 'quota', key, limit: 3, windowMs })
      const never: Precondition = { kind: 'session', sessionId: newId() }
      for (let n = 1; n <= 5; n++)
        expect(await refusal(commit(storage, [siteRenamed('x')], [quota('a'), never]))).not.toBe('accepted')

      const ends = await Promise.all(upTo(8).map(() => code(storage, quota('a'))))

      expect(ends.filter((end) => end === 'accepted')).toHaveLength(3)
      expect(ends.filter((end) => end === 'rate_limited')).toHaveLength(5)
      expect(await code(storage, quota('b'))).toBe('accepted')

      await Promise.all(upTo(3).map(() => code(storage, quota('c', 1))))
      await vi.waitFor(async () => expect(await code(storage, quota('c', 1))).toBe('accepted'))
    },
  )

  rule('ST23: `unique` refuses a name that somebody has; without it the index does', async ({ storage }) => {
    const more = { email: 'a@example.org', externalId: 'x1' }
    await commit(storage, [userCreated('alice', 'member', more), roomCreated('plans')])
    const values = { username: 'alice', email: 'a@example.org', externalId: 'x1', slug: 'plans' } as const

    for (const field of ['username', 'email', 'externalId', 'slug'] as const) {
      expect(await code(storage, { kind: 'unique', field, value: values[field] }), field).toBe('taken')
      expect(await code(storage, { kind: 'unique', field, value: 'free' }), field).toBe('accepted')
    }
    expect(await refusal(commit(storage, [userCreated('alice')]))).toBe('taken')
    expect(await refusal(commit(storage, [userCreated('bob', 'member', { email: more.email })]))).toBe('taken')
    expect(await refusal(commit(storage, [userCreated('bob', 'member', { externalId: more.externalId })]))).toBe(
      'taken',
    )
    expect(await refusal(commit(storage, [roomCreated('plans')]))).toBe('taken')
  })

  rule(
    'ST23: a name that is given up within a commit is free for its next drafts, also where it is an exchange',
    async (opened) => {
      const { storage } = opened
      const [alice, bob] = [userCreated('alice'), userCreated('bob')]
      const [plans, news] = [roomCreated('plans'), roomCreated('news')]
      await commit(storage, [alice, bob, plans, news])

      await commit(storage, [
        userChanged(alice.userId, { username: 'nobody' }),
        userChanged(bob.userId, { username: 'alice' }),
        userChanged(alice.userId, { username: 'bob' }),
        roomChanged(plans.roomId, { slug: 'old' }),
        roomChanged(news.roomId, { slug: 'plans' }),
        roomChanged(plans.roomId, { topic: 'Old plans' }),
      ])

      expect((await storage.user({ username: 'alice' }))?.user.id).toBe(bob.userId)
      expect((await storage.user({ username: 'bob' }))?.user.id).toBe(alice.userId)
      expect((await storage.room('plans', ''))?.room.id).toBe(news.roomId)
      expect((await storage.room('old', ''))?.room.id).toBe(plans.roomId)
    },
  )

  rule('ST23: of several who want one name at once one gets it', async ({ storage }) => {
    const room = await aRoom(storage, [])
    const free: Precondition = { kind: 'unique', field: 'slug', value: 'plans' }

    const ends = await Promise.all([
      refusal(commit(storage, [roomCreated('plans')], [free])),
      refusal(commit(storage, [roomCreated('plans')])),
      refusal(commit(storage, [roomChanged(room, { slug: 'plans' })], [free])),
    ])

    expect(ends.sort()).toEqual(['accepted', 'taken', 'taken'])
  })

  rule(
    'ST24: `noOwner` and `otherOwner` keep a site at one first owner and at no less than one',
    async ({ storage }) => {
      const noOwner = () => code(storage, { kind: 'noOwner' })
      const other = (userId: string) => code(storage, { kind: 'otherOwner', userId })
      expect(await noOwner()).toBe('accepted')
      expect(await storage.site()).toMatchObject({ hasOwner: false })

      const first = await aUser(storage, 'owner')
      expect([await noOwner(), await other(first), await other(newId())]).toEqual([
        'conflict',
        'last_owner',
        'accepted',
      ])
      expect(await storage.site()).toMatchObject({ hasOwner: true })

      const second = await aUser(storage, 'owner')
      expect(await other(first)).toBe('accepted')
      await commit(storage, [profileChanged(second, { suspended: true })])
      expect(await other(first)).toBe('last_owner')
    },
  )

  rule('ST24: of two first owners one is stored, of two owners who step down at once one', async ({ storage }) => {
    const firsts = [userCreated('first', 'owner'), userCreated('second', 'owner')] as const
    const ends = await Promise.all(firsts.map((draft) => refusal(commit(storage, [draft], [{ kind: 'noOwner' }]))))
    expect(ends.sort()).toEqual(['accepted', 'conflict'])

    const { changes } = await commit(storage, [userCreated('third', 'owner')])
    const owners = [...(await ownersOf(storage, firsts)), changes[0]?.userId ?? '']

    const steps = await Promise.all(
      owners.map((userId) =>
        refusal(commit(storage, [profileChanged(userId, { siteRole: 'member' })], [{ kind: 'otherOwner', userId }])),
      ),
    )

    expect(steps.sort()).toEqual(['accepted', 'last_owner'])
    expect(await storage.site()).toMatchObject({ hasOwner: true })
  })

  rule('ST25: preconditions are checked in their order, and the first that fails decides', async ({ storage }) => {
    const room = await aRoom(storage, [])
    await commit(storage, [roomChanged(room, { archived: true })])
    const failing: Record<string, Precondition> = {
      room_archived: { kind: 'roomOpen', roomId: room },
      unauthenticated: { kind: 'session', sessionId: newId() },
      stale: { kind: 'revision', entity: 'room', id: room, revision: 99 },
      taken: { kind: 'unique', field: 'slug', value: (await storage.room(room, ''))?.room.slug ?? '' },
    }

    for (const [expected, first] of Object.entries(failing)) {
      const rest = Object.values(failing).filter((one) => one !== first)
      expect(await refusal(commit(storage, [siteRenamed('x')], [first, ...rest]))).toBe(expected)
    }
  })
}

async function ownersOf(storage: Storage, users: readonly { readonly userId: string }[]): Promise<string[]> {
  const records = await Promise.all(users.map(({ userId }) => storage.user({ id: userId })))
  return records.flatMap((record) => (record?.user.siteRole === 'owner' ? [record.user.id] : []))
}

const ACCEPTED_3 = ['accepted', 'accepted', 'accepted']
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
