/** Preconditions of those who change how they come in, or end all that somebody has. */

import { expect } from 'vitest'
import type { Precondition } from '../storage.ts'
import { code, expectRace } from './race.ts'
import type { Part } from './suite.ts'
import {
  AN_HOUR_AGO,
  aName,
  aRoom,
  aUser,
  commit,
  inviteCreated,
  inviteDeleted,
  inviteUsed,
  joined,
  left,
  newId,
  passwordChanged,
  profileChanged,
  roomDeleted,
  sessionEnded,
  sessionStarted,
  siteRenamed,
  tokenCreated,
  tokenDeleted,
  userCreated,
} from './world.ts'

export const proofs: Part = (rule) => {
  rule('ST59: `password` holds while the user has this password', async ({ storage }) => {
    const alice = userCreated(aName(), 'member', { passwordHash: 'old' })
    const bot = userCreated(aName())
    await commit(storage, [alice, bot])
    const password = (userId: string, passwordHash: string) => code(storage, { kind: 'password', userId, passwordHash })

    expect(await password(alice.userId, 'old')).toBe('accepted')
    expect(await password(alice.userId, 'OLD')).toBe('unauthenticated')
    expect(await password(bot.userId, 'old')).toBe('unauthenticated')
    expect(await password(newId(), 'old')).toBe('unauthenticated')
    await commit(storage, [passwordChanged(alice.userId, 'new')])
    expect(await password(alice.userId, 'old')).toBe('unauthenticated')
    expect(await password(alice.userId, 'new')).toBe('accepted')
  })

  rule('ST59: who signs in while the password is changed does so before that or not at all', async ({ storage }) => {
    const alice = userCreated(aName(), 'member', { passwordHash: 'old' })
    await commit(storage, [alice])

    await expectRace(storage, {
      precondition: { kind: 'password', userId: alice.userId, passwordHash: 'old' },
      guarded: () => sessionStarted(alice.userId),
      breaker: passwordChanged(alice.userId, 'new'),
      mender: passwordChanged(alice.userId, 'old'),
      code: 'unauthenticated',
    })
  })

  rule('ST60: `notOwner` holds for all but owners, also in a race', async ({ storage }) => {
    const [alice, owner] = [await aUser(storage, 'admin'), await aUser(storage, 'owner')]
    const notOwner = (userId: string) => code(storage, { kind: 'notOwner', userId })
    expect([await notOwner(alice), await notOwner(newId())]).toEqual(['accepted', 'accepted'])
    await commit(storage, [profileChanged(owner, { suspended: true })])
    expect(await notOwner(owner)).toBe('forbidden')

    await expectRace(storage, {
      precondition: { kind: 'notOwner', userId: alice },
      guarded: () => siteRenamed('x'),
      breaker: profileChanged(alice, { siteRole: 'owner' }),
      mender: profileChanged(alice, { siteRole: 'admin' }),
      code: 'forbidden',
    })
  })

  rule(
    'ST61: `noOther` holds where the owner has none but the given ones, of which some may be gone',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const [session, token, invite] = [sessionStarted(alice), tokenCreated(alice), inviteCreated(alice)]
      const room = await aRoom(storage, [alice, bob])
      await commit(storage, [session, token, invite, sessionStarted(bob), tokenCreated(bob), inviteCreated(bob)])
      const held = { session: session.session.id, token: token.token.id, invite: invite.invite.id, membership: room }

      for (const of of ['session', 'token', 'invite', 'membership'] as const) {
        const noOther = (...ids: string[]) => code(storage, { kind: 'noOther', of, owner: { userId: alice }, ids })
        expect(await noOther(held[of]), of).toBe('accepted')
        expect(await noOther(newId(), held[of]), of).toBe('accepted')
        expect(await noOther(), of).toBe('stale')
        expect(await noOther(newId()), of).toBe('stale')
        const nobody: Precondition = { kind: 'noOther', of, owner: { userId: newId() }, ids: [] }
        expect(await code(storage, nobody), of).toBe('accepted')
      }
    },
  )

  rule('ST61: what has expired, is used up or ended does not count, nor does a deleted room', async ({ storage }) => {
    const alice = await aUser(storage)
    const [session, token, once] = [sessionStarted(alice), tokenCreated(alice), inviteCreated(alice, { uses: 1 })]
    const [room, gone] = [await aRoom(storage, [alice]), await aRoom(storage, [alice])]
    await commit(storage, [session, token, once])
    await commit(storage, [
      sessionStarted(alice, { expiresAt: AN_HOUR_AGO() }),
      tokenCreated(alice, { expiresAt: AN_HOUR_AGO() }),
      inviteCreated(alice, { expiresAt: AN_HOUR_AGO() }),
      sessionEnded(alice, session.session.id),
      tokenDeleted(alice, token.token.id),
      inviteUsed(once),
      left(room, alice),
      roomDeleted(gone),
    ])

    for (const of of ['session', 'token', 'invite', 'membership'] as const)
      expect(await code(storage, { kind: 'noOther', of, owner: { userId: alice }, ids: [] }), of).toBe('accepted')
  })

  rule('ST61: what is begun beside a list of all that there is makes the list stale', async ({ storage }) => {
    const alice = await aUser(storage)
    const room = await aRoom(storage, [])
    const [session, token, invite] = [sessionStarted(alice), tokenCreated(alice), inviteCreated(alice)]
    const races = [
      { of: 'session', breaker: session, mender: sessionEnded(alice, session.session.id) },
      { of: 'token', breaker: token, mender: tokenDeleted(alice, token.token.id) },
      { of: 'invite', breaker: invite, mender: inviteDeleted(invite) },
      { of: 'membership', breaker: joined(room, alice), mender: left(room, alice) },
    ] as const

    for (const { of, breaker, mender } of races) {
      const precondition: Precondition = { kind: 'noOther', of, owner: { userId: alice }, ids: [newId()] }
      await expectRace(storage, { precondition, guarded: () => siteRenamed('x'), breaker, mender, code: 'stale' })
    }
  })

  rule('ST61: of a token it looks at the sessions that were made with it', async ({ storage }) => {
    const alice = await aUser(storage)
    const [token, other] = [tokenCreated(alice), tokenCreated(alice)]
    const session = sessionStarted(alice, { tokenId: token.token.id })
    await commit(storage, [token, other, sessionStarted(alice), sessionStarted(alice, { tokenId: other.token.id })])
    const owner = { tokenId: token.token.id }
    const noOther = (...ids: string[]) => code(storage, { kind: 'noOther', of: 'session', owner, ids })

    expect(await noOther()).toBe('accepted')
    await commit(storage, [session])
    expect(await noOther()).toBe('stale')
    expect(await noOther(session.session.id)).toBe('accepted')
  })
}
