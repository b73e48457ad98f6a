/** A deleted user: nothing but the id is left, at once in what is read, soon in the log. */

import { expect, vi } from 'vitest'
import type { Storage } from '../storage.ts'
import { code } from './race.ts'
import type { Part } from './suite.ts'
import {
  aRoom,
  aUser,
  commit,
  edited,
  inviteCreated,
  joined,
  left,
  logOf,
  memberChanged,
  parsed,
  passwordChanged,
  posted,
  profileChanged,
  refusal,
  sessionStarted,
  siteRenamed,
  tokenCreated,
  userChanged,
  userCreated,
  userDeleted,
} from './world.ts'

const NAMED = {
  displayName: 'Sword Fish',
  email: 'swordfish@example.org',
  externalId: 'swordfish-1',
  timeZone: 'Asia/Seoul',
  locale: 'ko',
  passwordHash: 'argon-swordfish',
} as const
const NAMES = /swordfish|Sword Fish/

export const deletedUsers: Part = (rule) => {
  rule('ST62: of a deleted user the id is left, and the names are free at once', async ({ storage }) => {
    const user = userCreated('swordfish', 'member', NAMED)
    const { userId } = user
    await commit(storage, [user, profileChanged(userId, { locale: 'en' })])

    const { changes } = await commit(storage, [userDeleted(userId)])

    const change = parsed(changes[0], 'user.deleted')
    const card = { id: userId, kind: 'human', revision: 2, deletedAt: change.at }
    expect(change.payload).toEqual({ user: card })
    expect(changes).toMatchObject([{ userId, audience: ['server', 'site', `user:${userId}`] }])
    expect(await storage.cards([userId])).toEqual([card])
    const record = await storage.user({ id: userId })
    expect(record).toEqual({
      user: {
        id: userId,
        kind: 'human',
        username: '',
        displayName: '',
        siteRole: 'member',
        revision: 2,
        deletedAt: change.at,
      },
    })
    const { displayName: _name, ...values } = NAMED
    for (const ref of [{ username: 'swordfish' }, { email: values.email }, { externalId: values.externalId }])
      expect(await storage.user(ref)).toBeUndefined()
    expect(await storage.findUsers('sword', 10)).toEqual([])
    expect(await storage.users({ limit: 10 })).toEqual({ users: [] })
    expect(await refusal(commit(storage, [userCreated('swordfish', 'member', NAMED)]))).toBe('accepted')
  })

  rule('ST62: nothing of a deleted user works any more, whatever the commit did not end', async ({ storage }) => {
    const user = userCreated('swordfish', 'owner', NAMED)
    const { userId } = user
    const room = await aRoom(storage, [])
    const [session, token, invite] = [sessionStarted(userId), tokenCreated(userId), inviteCreated(userId)]
    await commit(storage, [user, session, token, invite])
    await commit(storage, [userDeleted(userId)])

    expect(await storage.session(session.session.secretHash)).toBeUndefined()
    expect(await storage.token(token.token.secretHash)).toBeUndefined()
    expect(await storage.invite({ id: invite.invite.id })).toBeUndefined()
    expect(await storage.sessionsOf({ userId })).toEqual([])
    expect(await storage.tokensOf(userId)).toEqual([])
    expect(await storage.invites(userId)).toEqual([])
    expect(await storage.snapshot(userId, {})).toBeUndefined()
    expect(await storage.readership(userId)).not.toHaveProperty('user')
    expect(await storage.site()).toMatchObject({ hasOwner: false })
    expect(await code(storage, { kind: 'session', sessionId: session.session.id })).toBe('unauthenticated')
    expect(await code(storage, { kind: 'token', tokenId: token.token.id })).toBe('unauthenticated')
    expect(await code(storage, { kind: 'invite', inviteId: invite.invite.id })).toBe('invite_invalid')
    expect(await code(storage, { kind: 'password', userId, passwordHash: NAMED.passwordHash })).toBe('unauthenticated')
    expect(await code(storage, { kind: 'siteRole', userId, atLeast: 'guest' })).toBe('unauthenticated')
    expect(await code(storage, { kind: 'active', userId })).toBe('not_found')
    expect(await code(storage, { kind: 'reader', userId, roomId: room })).toBe('not_found')
    expect(await code(storage, { kind: 'notOwner', userId })).toBe('accepted')
  })

  rule('ST62: deleting a user again makes no change, and other drafts about one are refused', async ({ storage }) => {
    const alice = await aUser(storage)
    await commit(storage, [userDeleted(alice)])
    const before = await storage.head()

    expect(await commit(storage, [userDeleted(alice)])).toMatchObject({ changes: [] })
    for (const late of [
      userChanged(alice, { username: 'back' }),
      profileChanged(alice, { email: 'back@example.org' }),
      passwordChanged(alice, 'argon'),
    ])
      expect(await refusal(commit(storage, [late])), late.type).toBe('not_found')
    expect(await storage.head()).toEqual(before)
  })

  rule('ST62: the profile in the log is taken back with the user, in the same transaction', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const told = await commit(storage, [profileChanged(alice, { locale: 'ko' }), profileChanged(bob, { locale: 'ko' })])
    const [profile, other] = told.changes.map(({ position }) => position)

    const { changes } = await commit(storage, [userDeleted(alice)])

    expect(changes).toMatchObject([{ supersedes: [profile] }])
    const log = await logOf(storage)
    expect(log[(profile ?? 0) - 1]).toMatchObject({ type: 'void', audience: ['server'] })
    expect(log[(other ?? 0) - 1]).toMatchObject({ type: 'profile.changed' })
  })

  rule(
    'ST63: the log has the deleted card in the place of every earlier one soon, also after a restart',
    async ({ storage, reopen }) => {
      const [user, alice] = [userCreated('swordfish', 'member', NAMED), await aUser(storage, 'member', 'alice')]
      const { userId } = user
      await commit(storage, [user])
      const room = await aRoom(storage, [alice, userId])
      const [own, reply] = [posted(room, userId, 'mine'), posted(room, alice, 'fine')]
      const mention = posted(room, alice, 'hello', { mentions: [{ kind: 'user', userId, as: 'you' }] })
      await commit(storage, [own, reply, mention, edited(own, 'mine too')])
      await commit(storage, [
        userChanged(userId, { displayName: 'Sword Fish II' }),
        memberChanged(room, userId, { role: 'moderator' }),
        profileChanged(userId, { timeZone: 'UTC' }),
        left(room, userId),
      ])
      const before = await logOf(storage)
      expect(JSON.stringify(before)).toMatch(NAMES)
      const { changes } = await commit(storage, [userDeleted(userId)])
      await commit(storage, [posted(room, alice, 'later', { mentions: [{ kind: 'user', userId, as: 'you' }] })])

      const again = await reopen()
      await erased(again)

      const log = await logOf(again)
      expect(JSON.stringify(log)).not.toMatch(NAMES)
      expect(log.map(({ position, at, audience }) => [position, at, audience]).slice(0, before.length)).toEqual(
        before.map(({ position, at, audience, type, userId: about }) => [
          position,
          at,
          type === 'profile.changed' && about === userId ? ['server'] : audience,
        ]),
      )
      const card = parsed(changes[0], 'user.deleted').payload.user
      for (const change of log.filter(({ json }) => json.includes(userId))) expectCard(change.json, userId, card)
      const texts = log.map(({ json }) => json).join()
      expect(texts).toContain('"displayName":"alice"')
      expect(texts).toContain('"text":"mine too"')
      expect(JSON.stringify(await again.messages(room, { limit: 10 }))).not.toMatch(NAMES)
      expect(await again.messages(room, { limit: 10 })).toMatchObject({ users: expect.arrayContaining([card]) })
    },
  )

  rule('ST63: a kept answer that may hold the names is forgotten', async ({ storage }) => {
    const [user, alice] = [userCreated('swordfish', 'member', NAMED), await aUser(storage)]
    const room = await aRoom(storage, [alice])
    await commit(storage, [user])
    const key = (actorId: string, name: string) => ({
      idempotency: { actorId, key: name, requestHash: 'hash', answer: '{"name":"swordfish"}' },
    })
    await commit(storage, [joined(room, user.userId)], [], key(alice, 'about the user'))
    await commit(storage, [siteRenamed('x')], [], key(user.userId, 'to the user'))
    await commit(storage, [], [], key(alice, 'of nothing'))
    await commit(storage, [posted(room, alice)], [], key(alice, 'of others'))

    await commit(storage, [userDeleted(user.userId)])
    await erased(storage)

    const forgotten = { requestHash: 'hash' }
    expect(await storage.keptAnswer(alice, 'about the user')).toEqual(forgotten)
    expect(await storage.keptAnswer(user.userId, 'to the user')).toEqual(forgotten)
    expect(await storage.keptAnswer(alice, 'of nothing')).toEqual(forgotten)
    expect(await storage.keptAnswer(alice, 'of others')).toHaveProperty('answer')
  })

  rule('ST63: several who are deleted at once are all erased, and each keeps the own card', async ({ storage }) => {
    const users = [1, 2, 3].map((n) => userCreated(`swordfish${n}`))
    await commit(storage, users)
    const room = await aRoom(
      storage,
      users.map(({ userId }) => userId),
    )

    await Promise.all(users.map(({ userId }) => commit(storage, [left(room, userId), userDeleted(userId)])))
    await erased(storage)

    const log = await logOf(storage)
    expect(JSON.stringify(log)).not.toMatch(NAMES)
    const cards = await storage.cards(users.map(({ userId }) => userId))
    for (const card of cards) {
      const named = log.filter(({ userId, type }) => userId === card.id && type !== 'member.left')
      expect(named.map(({ type }) => type)).toEqual(['user.created', 'member.joined', 'user.deleted'])
      for (const { json } of named) expectCard(json, card.id, card)
    }
  })
}

async function erased(storage: Storage): Promise<void> {
  await vi.waitFor(() => expect(storage.status().erasing).toBe(0), { timeout: 15_000 })
}

function expectCard(json: string, userId: string, card: object): void {
  const { payload }: { payload: { user?: { id: string }; users?: { id: string }[] } } = JSON.parse(json)
  for (const user of [...(payload.users ?? []), ...(payload.user === undefined ? [] : [payload.user])])
    if (user.id === userId) expect(user).toEqual(card)
}
