import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { anId } from '../testing/ports.ts'
import { verifyChanges, verifyCommand } from '../testing/verify-command.ts'

describe('deleteUser', () => {
  test('ends in one commit all that the user had', async () => {
    const site = await aSiteWithAlice()
    const alice = await site.withSession('alice')
    const token = await site.withToken('alice', ['write'])
    await alice.createInvite('code', { room: 'general' })

    const changes = await verifyCommand(site, 'ada', { type: 'deleteUser', user: 'alice' })

    expect(changes.map(({ type }) => type).toSorted()).toEqual([
      'invite.deleted',
      'member.left',
      'member.left',
      'session.ended',
      'token.deleted',
      'user.deleted',
    ])
    expect(changes.at(-1)?.type).toBe('user.deleted')
    expect(changes.find(({ type }) => type === 'member.left')).toMatchObject({ payload: { reason: 'removed' } })
    expect(changes.find(({ type }) => type === 'session.ended')).toMatchObject({ payload: { reason: 'user_deleted' } })
    const logged = await site.storage.changesAfter((changes.at(-1)?.position ?? 0) - 1, 1)
    expect(logged[0]?.audience).toEqual(['site', `user:${site.user('alice')}`])
    await expect(alice.postMessage('general', 'x')).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(token.postMessage('general', 'x')).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(site.chat.previewInvite('code')).rejects.toMatchObject({ code: 'not_found' })
    expect([await site.members('general'), await site.members('plans')]).toEqual([['bob', 'ada'], ['bob']])
  })

  test('messages stay, under a card without a name', async () => {
    const site = await aSiteWithAlice()
    await site.as('alice').postMessage('general', 'I was here')

    const changes = await verifyCommand(site, 'ada', { type: 'deleteUser', user: 'alice' })

    const { messages, users } = await site.chat.messages(site.as('bob').actor, 'general', { limit: 10 })
    expect(messages).toMatchObject([{ text: 'I was here', authorId: site.user('alice') }])
    const card = { id: site.user('alice'), kind: 'human', revision: 2, deletedAt: expect.any(String) }
    expect(users).toEqual([card])
    expect(changes.at(-1)).toMatchObject({ payload: { user: card } })
    expect(
      Object.keys((await site.chat.cards(site.as('bob').actor, [site.user('alice')]))[0] ?? {}).toSorted(),
    ).toEqual(Object.keys(card).toSorted())
    expect(await site.chat.findUsers(site.as('bob').actor, 'al', 10)).toEqual([])
    expect(JSON.stringify(changes)).not.toMatch(/alice/i)
  })

  test('the name is free again, and whoever takes it is somebody else', async () => {
    const site = await aSiteWithAlice()
    const former = site.user('alice')
    await site.system.deleteUser('alice')

    await site.system.createUser('alice', 'member', { email: 'alice@example.org' })

    expect(site.user('alice')).not.toBe(former)
    expect(await site.storage.cards([former])).toMatchObject([{ deletedAt: expect.any(String) }])
    await expect(site.chat.room(site.as('alice').actor, 'plans')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('the own account goes with the password alone, and that must still be the one', async () => {
    const site = await aSiteWithAlice()
    const alice = await site.withSession('alice')
    await expect(alice.deleteUser('me')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(alice.deleteUser('alice', 'wrong')).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(site.as('ada').deleteUser('me')).rejects.toMatchObject({ code: 'forbidden' })
    site.beforeNextCommit(() => site.system.do({ type: 'setPassword', user: 'alice', passwordHash: 'new' }))
    await expect(site.as('alice').deleteUser('me', 'hash')).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await site.storage.user({ username: 'alice' })).toBeDefined()

    const changes = await verifyChanges(site, () => site.as('alice').deleteUser('me', 'new'))

    expect(changes.find(({ type }) => type === 'member.left')).toMatchObject({ payload: { reason: 'left' } })
    expect(await site.storage.user({ username: 'alice' })).toBeUndefined()
  })

  test.each([
    ['bob', 'alice', 'forbidden'],
    ['gus', 'alice', 'forbidden'],
    ['ada', 'olga', 'forbidden'],
    ['ada', 'nobody', 'not_found'],
  ])('%s does not delete %s', async (name, user, code) => {
    const site = await aSiteWithAlice()

    // Not even with the password.
    for (const hash of [undefined, 'hash']) {
      await expect(site.as(name).deleteUser(user, hash)).rejects.toMatchObject({ code })
    }
    const token = await site.withToken('ada', ['read', 'write'])
    await expect(token.deleteUser('bob')).rejects.toMatchObject({ code: 'forbidden' })
    expect(await site.storage.user({ username: 'alice' })).toBeDefined()
  })

  test('owners delete admins and each other', async () => {
    const site = await aSiteWithAlice()
    await site.system.changeUser('bob', { siteRole: 'owner' })

    await site.as('olga').deleteUser('ada')
    await site.as('olga').deleteUser('bob')

    expect((await site.storage.users({ limit: 10 })).users.map(({ username }) => username)).not.toContain('bob')
  })

  test('an admin who is none any more deletes nobody, nor an owner of the last moment', async () => {
    const site = await aSiteWithAlice()
    site.beforeNextCommit(() => site.as('olga').changeUser('alice', { siteRole: 'owner' }))
    await expect(site.as('ada').deleteUser('alice')).rejects.toMatchObject({ code: 'forbidden' })

    site.beforeNextCommit(() => site.as('olga').changeUser('ada', { siteRole: 'member' }))
    await expect(site.as('ada').deleteUser('bob')).rejects.toMatchObject({ code: 'forbidden' })
  })

  const meanwhile: readonly (readonly [string, (site: TestSite) => Promise<unknown>])[] = [
    ['session.ended', (site) => site.withSession('alice')],
    ['token.deleted', (site) => site.withToken('alice', ['read'])],
    ['invite.deleted', (site) => site.as('alice').createInvite('late', { room: 'general' })],
    ['member.left', (site) => site.as('alice').putMember('open', 'me')],
  ]
  test.each(meanwhile)('what is begun at the last moment ends as well: %s', async (type, act) => {
    const site = await aSiteWithAlice()
    const usual = ['member.left', 'member.left', 'user.deleted']
    site.beforeNextCommit(() => act(site))

    const changes = await site.as('ada').deleteUser('alice')

    expect(changes.map((change) => change.type).toSorted()).toEqual([...usual, type].toSorted())
  })

  test('a room that is deleted at the last moment is in nobody’s way', async () => {
    const site = await aSiteWithAlice()
    site.beforeNextCommit(() => site.system.deleteRoom('plans'))

    const changes = await site.as('ada').deleteUser('alice')

    expect(changes.map(({ type }) => type)).toEqual(['member.left', 'user.deleted'])
  })

  test('nothing is begun after, by whoever was let in before', async () => {
    const site = await aSiteWithAlice()
    const alice = () => site.as('alice')
    const ended: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['unauthenticated', () => alice().do({ type: 'startSession', sessionId: anId(9001), secretHash: 'late' })],
      ['not_found', () => site.system.do({ ...A_TOKEN, user: 'alice' })],
      ['unauthenticated', () => alice().createInvite('late', { room: 'general' })],
      ['not_found', () => alice().putMember('open', 'me')],
      ['not_found', () => site.as('bob').putMember('open', 'alice')],
      ['not_found', () => alice().postMessage('general', 'late')],
    ]

    for (const [code, act] of ended) {
      site.beforeNextCommit(() => site.system.deleteUser('alice'))
      await expect(act()).rejects.toMatchObject({ code })
      await site.system.createUser('alice')
      for (const room of ['general', 'plans']) await site.system.putMember(room, 'alice', 'moderator')
    }
  })

  test('of two who delete the same one at once one does', async () => {
    const site = await aSiteWithAlice()
    site.beforeNextCommit(() => site.as('olga').deleteUser('alice'))

    await site
      .as('ada')
      .deleteUser('alice')
      .catch(() => undefined)

    const all = await site.changesAfter(site.headBefore)
    expect(all.filter(({ type }) => type === 'user.deleted')).toHaveLength(1)
    await expect(site.as('ada').deleteUser('alice')).rejects.toMatchObject({ code: 'not_found' })
  })
})

const A_TOKEN = { type: 'createToken', tokenId: anId(9002), secretHash: 'late', label: 'late', scopes: [] } as const

async function aSiteWithAlice(): Promise<TestSite> {
  const site = await aSite({
    rooms: {
      general: { members: ['bob', 'ada'], moderators: ['alice'] },
      plans: { private: true, members: ['bob'], moderators: ['alice'] },
      open: ['bob'],
    },
    roles: { ada: 'admin', olga: 'owner', gus: 'guest' },
  })
  await site.system.do({ type: 'setPassword', user: 'alice', passwordHash: 'hash' })
  return site
}
