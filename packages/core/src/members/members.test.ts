import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyChanges, verifyCommand } from '../testing/verify-command.ts'

describe('putMember', () => {
  test('whoever may read a room joins it without a note', async () => {
    const site = await aSite({ rooms: { general: ['alice'] }, users: ['bob'] })
    await site.as('alice').postMessage('general', 'before')

    const changes = await verifyCommand(site, 'bob', { type: 'putMember', room: 'general', user: 'me' })

    expect(changes.map(({ type }) => type)).toEqual(['member.joined'])
    expect(await site.room('general', 'bob')).toMatchObject({ memberCount: 2, my: { role: 'member', readSeq: 1 } })
  })

  test('a member adds somebody, and the room is told', async () => {
    const site = await aSite({ rooms: { plans: { private: true, members: ['alice'] } }, users: ['bob'] })
    await site.as('alice').postMessage('plans', 'before')

    const changes = await verifyCommand(site, 'alice', { type: 'putMember', room: 'plans', user: 'bob' })

    expect(changes.map(({ type }) => type)).toEqual(['member.joined', 'message.posted'])
    expect((await site.messages('plans')).at(-1)).toMatchObject({
      kind: 'system',
      authorId: site.user('alice'),
      system: { type: 'added', userIds: [site.user('bob')] },
    })
  })

  test('who may add whom', async () => {
    const site = await aSite({
      rooms: {
        general: { members: ['alice', 'gus'], moderators: ['mia'] },
        plans: { private: true, members: ['alice', 'gus'] },
      },
      roles: { gus: 'guest', gil: 'guest', ada: 'admin' },
      users: ['bob', 'carol'],
    })
    const attempt = (name: string, room: string, user: string) => site.as(name).putMember(room, user)

    await expect(attempt('gil', 'general', 'me')).rejects.toMatchObject({ code: 'not_found' })
    await expect(attempt('bob', 'plans', 'me')).rejects.toMatchObject({ code: 'not_found' })
    await expect(attempt('ada', 'plans', 'me')).rejects.toMatchObject({ code: 'not_found' })
    await expect(attempt('gus', 'general', 'bob')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt('bob', 'general', 'carol')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt('ada', 'general', 'carol')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt('alice', 'general', 'nobody')).rejects.toMatchObject({ code: 'not_found' })
    expect(await site.head()).toBe(site.headBefore)

    await attempt('alice', 'general', 'gil')
    await attempt('alice', 'plans', 'BOB')
    await site.system.putMember('plans', 'carol')
    expect(await site.members('plans')).toEqual(['alice', 'gus', 'bob', 'carol'])
    expect(await site.messages('plans')).toMatchObject([{ system: { userIds: [site.user('bob')] } }])
  })

  test('somebody suspended is added by nobody, also where that happens at the same time', async () => {
    const site = await aSite({ rooms: { general: ['alice'] }, users: ['bob', 'carol'] })
    await site.suspend('bob')
    await expect(site.as('alice').putMember('general', 'bob')).rejects.toMatchObject({ code: 'not_found' })

    site.beforeNextCommit(() => site.suspend('carol'))
    await expect(site.as('alice').putMember('general', 'carol')).rejects.toMatchObject({ code: 'not_found' })

    expect(await site.members('general')).toEqual(['alice'])
    expect(await site.messages('general')).toEqual([])
  })

  test('of two who add the same person at once one does, and the room is told once', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'mia'] }, users: ['bob'] })
    site.beforeNextCommit(() => site.as('mia').putMember('general', 'bob'))

    await site.as('alice').putMember('general', 'bob')

    expect(await site.room('general')).toMatchObject({ memberCount: 3 })
    expect(await site.messages('general')).toHaveLength(1)
  })

  test('an archived room is joined by nobody, also where it is archived at the same time', async () => {
    const site = await aSite({
      rooms: { old: { archived: true, members: ['alice'] }, general: ['alice'] },
      users: ['bob'],
    })
    await expect(site.as('bob').putMember('old', 'me')).rejects.toMatchObject({ code: 'room_archived' })

    site.beforeNextCommit(() => site.system.changeRoom('general', { archived: true }))
    await expect(site.as('bob').putMember('general', 'me')).rejects.toMatchObject({ code: 'room_archived' })

    expect(await site.head()).toBe(site.headBefore + 1)
  })

  test('moderators give roles, to members and to those whom they add', async () => {
    const site = await aSite({
      rooms: { general: { members: ['alice', 'bob'], moderators: ['mia'] } },
      users: ['carol'],
    })

    await verifyCommand(site, 'mia', { type: 'putMember', room: 'general', user: 'alice', role: 'moderator' })
    await verifyCommand(site, 'alice', { type: 'putMember', room: 'general', user: 'carol', role: 'moderator' })
    await verifyCommand(site, 'mia', { type: 'putMember', room: 'general', user: 'me', role: 'member' })

    for (const attempt of [
      () => site.as('bob').putMember('general', 'me', 'moderator'),
      () => site.as('bob').putMember('general', 'alice', 'member'),
      () => site.as('mia').putMember('general', 'me', 'moderator'),
      () => site.as('onlooker').putMember('general', 'me', 'moderator'),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect(await site.room('general', 'carol')).toMatchObject({ my: { role: 'moderator' } })
    expect(await site.room('general', 'bob')).toMatchObject({ my: { role: 'member' } })
  })

  test('the role that somebody has changes nothing', async () => {
    const site = await aSite({ rooms: { general: { members: ['alice'], moderators: ['mia'] } } })

    await site.as('alice').putMember('general', 'me')
    await site.as('alice').putMember('general', 'alice', 'member')
    await site.as('alice').putMember('general', 'mia')

    expect(await site.head()).toBe(site.headBefore)
  })
})

describe('removeMember', () => {
  test('one leaves without a note, also an archived room', async () => {
    const site = await aSite({
      rooms: {
        general: ['alice', 'bob'],
        old: { archived: true, members: ['bob'] },
        plans: { private: true, members: ['alice', 'bob'] },
      },
    })

    for (const room of ['general', 'old', 'plans']) {
      const changes = await verifyCommand(site, 'bob', { type: 'removeMember', room, user: 'me' })
      expect(changes).toMatchObject([{ type: 'member.left', payload: { reason: 'left' } }])
    }

    expect(await site.members('general')).toEqual(['alice'])
  })

  test('a moderator removes somebody, and the room is told; the one removed loses a private room', async () => {
    const site = await aSite({ rooms: { plans: { private: true, members: ['bob'], moderators: ['mia'] } } })

    const changes = await verifyCommand(site, 'mia', { type: 'removeMember', room: 'plans', user: 'bob' })

    expect(changes).toMatchObject([
      { type: 'member.left', payload: { reason: 'removed', memberCount: 1 } },
      { type: 'message.posted', payload: { message: { system: { type: 'removed', userIds: [site.user('bob')] } } } },
    ])
    await expect(site.as('bob').postMessage('plans', 'x')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('others remove nobody, but admins do where they may read', async () => {
    const site = await aSite({
      rooms: {
        general: { members: ['alice', 'bob', 'gus'], moderators: ['mia'] },
        plans: { private: true, members: ['alice', 'bob'] },
      },
      roles: { ada: 'admin', gus: 'guest' },
      users: ['carol'],
    })
    const attempt = (name: string, room: string, user = 'bob') => site.as(name).removeMember(room, user)

    for (const name of ['alice', 'carol', 'gus']) {
      await expect(attempt(name, 'general')).rejects.toMatchObject({ code: 'forbidden' })
    }
    await expect(attempt('ada', 'plans')).rejects.toMatchObject({ code: 'not_found' })
    await expect(attempt('mia', 'general', 'nobody')).rejects.toMatchObject({ code: 'not_found' })
    expect(await site.head()).toBe(site.headBefore)

    await attempt('ada', 'general')
    await site.system.removeMember('plans', 'bob')
    expect([await site.members('general'), await site.members('plans')]).toEqual([['alice', 'gus', 'mia'], ['alice']])
  })

  test('who is no member stays so; of two removals at once one is made, and the room is told once', async () => {
    const site = await aSite({ rooms: { general: { members: ['bob'], moderators: ['mia', 'max'] } }, users: ['carol'] })
    await site.as('mia').removeMember('general', 'carol')
    expect(await site.head()).toBe(site.headBefore)

    site.beforeNextCommit(() => site.as('max').removeMember('general', 'bob'))
    await site.as('mia').removeMember('general', 'bob')

    expect(await site.messages('general')).toHaveLength(1)
    expect(await site.room('general')).toMatchObject({ memberCount: 2 })
  })

  test('a moderator who is demoted between the check and the commit removes nobody', async () => {
    const site = await aSite({ rooms: { general: { members: ['bob'], moderators: ['mia', 'max'] } } })
    site.beforeNextCommit(() => site.as('max').putMember('general', 'mia', 'member'))

    await expect(site.as('mia').removeMember('general', 'bob')).rejects.toMatchObject({ code: 'forbidden' })

    expect(await site.members('general')).toContain('bob')
  })

  test('removed and added again while away: whoever comes back with an old cursor gets the room anew', async () => {
    const site = await aSite({ rooms: { plans: { private: true, members: ['bob'], moderators: ['mia'] } } })

    await verifyChanges(site, async () => {
      await site.as('mia').removeMember('plans', 'bob')
      await site.as('mia').postMessage('plans', 'not for bob')
      await site.as('mia').putMember('plans', 'bob')
      await site.as('mia').postMessage('plans', 'for @bob')
    })

    expect(await site.room('plans', 'bob')).toMatchObject({ my: { unreadMentions: [4] } })
  })
})
