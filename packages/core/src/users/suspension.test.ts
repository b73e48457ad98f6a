import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('suspending somebody', () => {
  test('ends all sessions, and what is told to the user ends with them', async () => {
    const site = await aSiteWithAlice()
    const [alice, made] = [await site.withSession('alice'), await site.withToken('alice', ['write'], 'session')]

    const changes = await verifyCommand(site, 'ada', { type: 'changeUser', user: 'alice', suspended: true })

    expect(changes.map(({ type }) => type)).toEqual(['profile.changed', 'session.ended', 'session.ended'])
    expect(changes[0]).toMatchObject({ payload: { user: { suspendedAt: expect.any(String) } } })
    expect(changes[1]).toMatchObject({ payload: { reason: 'suspended' } })
    for (const out of [alice, made]) {
      await expect(out.do(RENAME)).rejects.toMatchObject({ code: 'unauthenticated' })
    }
    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toEqual([])
    expect((await site.storage.readership(site.user('alice'))).user).toBeUndefined()
    expect(await site.members('general')).toContain('alice')
  })

  test('also a session that is begun meanwhile; none is begun after', async () => {
    const site = await aSiteWithAlice()
    site.beforeNextCommit(() => site.withSession('alice'))

    await site.as('ada').changeUser('alice', { suspended: true })

    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toEqual([])
    await expect(site.withSession('alice')).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('does nothing twice, and tokens work again when it is over', async () => {
    const site = await aSiteWithAlice()
    const token = await site.withToken('alice', ['read', 'write'])
    await site.as('ada').changeUser('alice', { suspended: true })
    expect(await site.as('ada').changeUser('alice', { suspended: true })).toEqual([])
    await expect(token.do(RENAME)).rejects.toMatchObject({ code: 'unauthenticated' })

    const changes = await verifyCommand(site, 'ada', { type: 'changeUser', user: 'alice', suspended: false })

    expect(changes).toMatchObject([{ type: 'profile.changed' }])
    expect(changes[0]?.payload).not.toHaveProperty('user.suspendedAt')
    await expect(token.do(RENAME)).resolves.toHaveLength(1)
  })

  test('nobody suspends themselves, whatever role they have', async () => {
    const site = await aSiteWithAlice()

    for (const name of ['ada', 'olga', 'otto']) {
      for (const user of ['me', name]) {
        await expect(site.as(name).changeUser(user, { suspended: true })).rejects.toMatchObject({ code: 'forbidden' })
      }
    }
  })

  test('whoever is suspended does nothing any more, by no command', async () => {
    const site = await aSiteWithAlice()
    await site.suspend('ada')
    await site.suspend('alice')
    const [ada, alice] = [site.as('ada'), site.as('alice')]
    const head = await site.head()

    for (const attempt of [
      () => ada.do({ type: 'changeSite', name: 'Mine' }),
      () => ada.changeUser('bob', { siteRole: 'admin' }),
      () => ada.deleteUser('bob'),
      () => ada.createInvite('code'),
      () => alice.do(RENAME),
      () => alice.do({ type: 'changePassword', currentHash: 'hash', passwordHash: 'new' }),
      () => alice.deleteUser('me', 'hash'),
      () => alice.createRoom('mine'),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'unauthenticated' })
    }
    for (const attempt of [
      () => alice.postMessage('general', 'x'),
      () => alice.putMember('open', 'me'),
      () => alice.putMember('general', 'bob'),
      () => alice.removeMember('general', 'me'),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(await site.head()).toBe(head)
  })

  test('somebody suspended may still be deleted, and keeps the name until then', async () => {
    const site = await aSiteWithAlice()
    await site.suspend('alice')
    await expect(site.system.createUser('alice')).rejects.toMatchObject({ code: 'taken' })

    await site.as('ada').deleteUser('alice')

    await expect(site.system.createUser('alice')).resolves.toBeDefined()
  })
})

const RENAME = { type: 'changeMe', displayName: 'Another name' } as const

async function aSiteWithAlice(): Promise<TestSite> {
  const site = await aSite({
    rooms: { general: ['alice', 'ada'], open: [] },
    roles: { ada: 'admin', olga: 'owner', otto: 'owner' },
    users: ['bob'],
  })
  await site.system.do({ type: 'setPassword', user: 'alice', passwordHash: 'hash' })
  return site
}
