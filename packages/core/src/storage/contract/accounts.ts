/** Users, sessions, tokens and the audit. */

import { expect } from 'vitest'
import type { Part } from './suite.ts'
import {
  aName,
  AN_HOUR_AGO,
  aRoom,
  aUser,
  commit,
  IN_AN_HOUR,
  inviteCreated,
  inviteUsed,
  joined,
  newId,
  parsed,
  posted,
  refusal,
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
  userDeleted,
} from './world.ts'

export const accounts: Part = (rule) => {
  rule('ST3: what is made under an id that is in use is a conflict and leaves it as it was', async ({ storage }) => {
    const alice = userCreated(aName())
    const room = roomCreated(aName())
    const [session, token] = [sessionStarted(alice.userId), tokenCreated(alice.userId)]
    await commit(storage, [alice, room, session, token])
    const before = await storage.head()

    for (const again of [
      { ...userCreated(aName()), userId: alice.userId },
      { ...roomCreated(aName()), roomId: room.roomId },
      sessionStarted(alice.userId, { id: session.session.id }),
      tokenCreated(alice.userId, { id: token.token.id }),
    ]) {
      expect(await refusal(commit(storage, [again])), again.type).toBe('conflict')
      expect(await refusal(commit(storage, [userChanged(alice.userId, {}), again])), again.type).toBe('conflict')
    }

    expect(await storage.head()).toEqual(before)
    expect(await storage.session(session.session.secretHash)).toMatchObject({ session: { id: session.session.id } })
    expect((await storage.room(room.room.slug, ''))?.room.id).toBe(room.roomId)
  })

  rule(
    'ST44: a user is found by each of its names; what only the server may know is in no change',
    async ({ storage }) => {
      const draft = userCreated('alice', 'admin', { email: 'a@example.org', externalId: 'x1', passwordHash: 'argon' })
      const { changes } = await commit(storage, [draft])

      for (const ref of [
        { id: draft.userId },
        { username: 'alice' },
        { email: 'a@example.org' },
        { externalId: 'x1' },
      ]) {
        expect(await storage.user(ref)).toEqual({
          user: {
            id: draft.userId,
            kind: 'human',
            username: 'alice',
            displayName: 'alice',
            siteRole: 'admin',
            externalId: 'x1',
            revision: 1,
          },
          email: 'a@example.org',
          passwordHash: 'argon',
        })
      }
      expect(await storage.user({ username: 'ALICE' })).toBeUndefined()
      await commit(storage, [
        { type: 'password.changed', audience: ['server'], userId: draft.userId, passwordHash: 'argon2' },
      ])
      expect(await storage.user({ id: draft.userId })).toMatchObject({ passwordHash: 'argon2' })
      const rows = JSON.stringify(await storage.changesAfter(0, 100))
      for (const secret of ['argon', 'a@example.org', 'x1']) expect(rows).not.toContain(secret)
      expect(parsed(changes[0], 'user.created').payload.user).toEqual({
        id: draft.userId,
        kind: 'human',
        username: 'alice',
        displayName: 'alice',
        revision: 1,
      })
    },
  )

  rule(
    'ST44: a changed user has a new revision; null takes a value away, a suspension can be lifted',
    async ({ storage }) => {
      const draft = userCreated('alice', 'member', { email: 'a@example.org', timeZone: 'Asia/Seoul' })
      await commit(storage, [draft])
      await commit(storage, [
        userChanged(draft.userId, { username: 'alicia' }),
        profileChanged(draft.userId, { email: null, timeZone: null, suspended: true }),
      ])
      const suspended = await storage.user({ username: 'alicia' })
      expect(suspended?.user).toMatchObject({ revision: 2, suspendedAt: expect.any(String) })
      expect(suspended).not.toHaveProperty('email')
      expect(suspended?.user).not.toHaveProperty('timeZone')
      expect(await storage.user({ username: 'alice' })).toBeUndefined()

      await commit(storage, [profileChanged(draft.userId, { suspended: false })])

      expect((await storage.user({ id: draft.userId }))?.user).not.toHaveProperty('suspendedAt')
    },
  )

  rule(
    'ST45: cards are of those who exist; people are found by the beginning of either name, if active',
    async ({ storage }) => {
      const alice = userCreated('alice', 'member', { displayName: 'Zoë' })
      const all = [
        alice,
        userCreated('alan'),
        userCreated('al_n'),
        userCreated('bob', 'member', { displayName: '앨리스' }),
      ]
      await commit(storage, all)
      const found = async (text: string, limit = 10) =>
        (await storage.findUsers(text, limit)).map((card) => (card.deletedAt === undefined ? card.username : '')).sort()

      expect(await found('al')).toEqual(['al_n', 'alan', 'alice'])
      expect(await found('AL')).toEqual(['al_n', 'alan', 'alice'])
      expect(await found('al', 2)).toHaveLength(2)
      expect(await found('zo')).toEqual(['alice'])
      expect(await found('앨리'.normalize('NFD'))).toEqual(['bob'])
      expect(await found('l')).toEqual([])
      expect([await found('%'), await found('al%'), await found('a_a')]).toEqual([[], [], []])
      await commit(storage, [profileChanged(alice.userId, { suspended: true })])
      expect(await found('al')).toEqual(['al_n', 'alan'])
      expect((await storage.cards([alice.userId, newId(), alice.userId])).map(({ id }) => id)).toEqual([alice.userId])
      expect(await storage.cards([])).toEqual([])
    },
  )

  rule('ST46: of names those are resolved whose bearers may read the room', async ({ storage }) => {
    const [member, stranger] = [userCreated('member'), userCreated('stranger')]
    const [guest, suspended] = [userCreated('guest', 'guest'), userCreated('suspended')]
    await commit(storage, [member, stranger, guest, suspended, profileChanged(suspended.userId, { suspended: true })])
    const members = [member.userId, suspended.userId]
    const [open, closed] = [await aRoom(storage, members), await aRoom(storage, members, 'private')]
    const names = ['member', 'stranger', 'guest', 'suspended', 'nobody', 'member']
    const named = async (room: string) =>
      [...new Set((await storage.readersNamed(room, names)).map(({ username }) => username))].sort()

    expect(await named(open)).toEqual(['member', 'stranger'])
    expect(await named(closed)).toEqual(['member'])
    await commit(storage, [joined(closed, guest.userId)])
    expect(await named(closed)).toEqual(['guest', 'member'])
    expect(await storage.readersNamed(closed, ['member'])).toEqual([{ userId: member.userId, username: 'member' }])
    expect(await storage.readersNamed(open, [])).toEqual([])
    await commit(storage, [roomDeleted(open)])
    expect(await named(open)).toEqual([])
  })

  rule('ST47: sessions and tokens are found by the hash of their secret while they live', async ({ storage }) => {
    const alice = await aUser(storage)
    const token = tokenCreated(alice, { scopes: ['read', 'write'], expiresAt: IN_AN_HOUR() })
    const session = sessionStarted(alice, { tokenId: token.token.id, scopes: ['read'], userAgent: 'curl' })
    const [old, oldToken] = [
      sessionStarted(alice, { expiresAt: AN_HOUR_AGO() }),
      tokenCreated(alice, { expiresAt: AN_HOUR_AGO() }),
    ]
    const { changes } = await commit(storage, [token, session, old, oldToken])

    const { secretHash: _secret, ...rest } = session.session
    const { at } = parsed(changes[1], 'session.started')
    expect(await storage.session(session.session.secretHash)).toEqual({
      session: { ...rest, userId: alice, createdAt: at, lastUsedAt: at },
      user: (await storage.user({ id: alice }))?.user,
    })
    expect(await storage.token(token.token.secretHash)).toMatchObject({
      token: { label: 'bot', scopes: ['read', 'write'] },
    })
    expect(await storage.session(old.session.secretHash)).toBeUndefined()
    expect(await storage.token(oldToken.token.secretHash)).toBeUndefined()
    expect(await storage.session(newId())).toBeUndefined()
    expect(JSON.stringify(changes)).not.toContain(session.session.secretHash)
    expect(JSON.stringify(changes)).not.toContain(token.token.secretHash)

    for (const owner of [{ userId: alice }, { tokenId: token.token.id }]) {
      expect(await storage.sessionsOf(owner)).toMatchObject([{ id: session.session.id }])
    }
    await commit(storage, [profileChanged(alice, { suspended: true })])
    expect(await storage.session(session.session.secretHash)).toMatchObject({
      user: { suspendedAt: expect.any(String) },
    })
  })

  rule('ST47: an ended session is gone, and so is one whose token was deleted', async ({ storage }) => {
    const alice = await aUser(storage)
    const token = tokenCreated(alice)
    const [one, two] = [sessionStarted(alice), sessionStarted(alice, { tokenId: token.token.id })]
    await commit(storage, [token, one, two])

    const { changes } = await commit(storage, [
      sessionEnded(alice, one.session.id),
      tokenDeleted(alice, token.token.id),
    ])

    expect(parsed(changes[0], 'session.ended').payload).toEqual({ sessionId: one.session.id, reason: 'signed_out' })
    expect(await storage.session(one.session.secretHash)).toBeUndefined()
    expect(await storage.session(two.session.secretHash)).toBeUndefined()
    expect(await storage.token(token.token.secretHash)).toBeUndefined()
    expect(await refusal(commit(storage, [sessionEnded(newId(), two.session.id)]))).toBe('accepted')
    expect(await storage.sessionsOf({ tokenId: token.token.id })).toMatchObject([{ id: two.session.id }])
  })

  rule(
    'ST48: the audit has what the protocol marks, who did it and from where, newest first, and no text',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const room = await aRoom(storage, [alice])
      const by = { actorId: alice, via: { kind: 'token', name: 'bot' }, requestId: 'r1', address: '192.0.2.1' } as const
      await commit(storage, [posted(room, alice, 'swordfish'), siteRenamed('x'), roomDeleted(room)], [], { by })

      const entries = await storage.audit({ limit: 10 })

      expect(entries.map(({ type }) => type)).toEqual([
        'room.deleted',
        'site.changed',
        'member.joined',
        'room.created',
        'user.created',
      ])
      expect(entries[0]).toEqual({
        id: expect.any(Number),
        at: expect.any(String),
        type: 'room.deleted',
        actorId: alice,
        roomId: room,
        via: { kind: 'token', name: 'bot' },
        requestId: 'r1',
        address: '192.0.2.1',
      })
      expect(JSON.stringify(entries)).not.toContain('swordfish')
      expect(await storage.audit({ limit: 10, actorId: alice })).toEqual(entries.slice(0, 2))
      expect(await storage.audit({ limit: 10, type: 'user.created' })).toEqual(entries.slice(4))
      expect(await storage.audit({ limit: 2, before: entries[1]?.id ?? 0 })).toEqual(entries.slice(2, 4))
    },
  )

  rule('ST64: the audit tells what of a change is worth knowing later, and no name or secret', async ({ storage }) => {
    const alice = userCreated('swordfish', 'guest', { email: 'swordfish@example.org', passwordHash: 'swordfish' })
    const { userId } = alice
    const [token, invite] = [
      tokenCreated(userId, { label: 'swordfish' }),
      inviteCreated(userId, { codeHash: 'swordfish' }),
    ]
    const promotion = profileChanged(userId, { siteRole: 'admin', email: 'swordfish@example.com' })
    await commit(storage, [alice, token, invite, promotion, inviteUsed(invite), userDeleted(userId)])

    const entries = await storage.audit({ limit: 10 })

    const inviteId = invite.invite.id
    expect(entries.map(({ type, detail }) => [type, detail])).toEqual([
      ['user.deleted', undefined],
      ['invite.used', { inviteId }],
      ['profile.changed', { changed: 'siteRole email', siteRole: 'admin' }],
      ['invite.created', { inviteId, role: 'member' }],
      ['token.created', { tokenId: token.token.id, scopes: 'read' }],
      ['user.created', { siteRole: 'guest' }],
    ])
    expect(entries[0]).not.toHaveProperty('detail')
    expect(JSON.stringify(entries)).not.toContain('swordfish')
  })
}
