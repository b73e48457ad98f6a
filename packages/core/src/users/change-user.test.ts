import type { SiteRole } from '@suda/protocol'
import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('changeUser', () => {
  test('an admin gives a role, of which only the user and the processes are told', async () => {
    const site = await aSiteOfRoles()

    const changes = await verifyCommand(site, 'ada', { type: 'changeUser', user: 'bob', siteRole: 'admin' })

    expect(changes).toMatchObject([{ type: 'profile.changed', payload: { user: { siteRole: 'admin' } } }])
    const logged = await site.storage.changesAfter((changes[0]?.position ?? 0) - 1, 1)
    expect(logged[0]?.audience).toEqual(['server', `user:${site.user('bob')}`])
    expect(await site.as('ada').changeUser('bob', { siteRole: 'admin', suspended: false })).toEqual([])
  })

  test.each(['guest', 'admin', 'owner'] as const)(
    'for everybody it is as if bob had always been %s',
    async (siteRole) => {
      const site = await aSite({ rooms: { general: ['bob'], open: [] }, roles: { olga: 'owner' } })
      await site.as('olga').postMessage('general', 'hello @bob')

      await verifyCommand(site, 'olga', { type: 'changeUser', user: 'bob', siteRole })

      expect(await site.chat.me(site.as('bob').actor)).toMatchObject({ siteRole })
    },
  )

  test('a member who is made a guest reads and writes only in the own rooms from then on', async () => {
    const site = await aSiteOfRoles()
    const bob = await site.withSession('bob')

    await site.as('ada').changeUser('bob', { siteRole: 'guest' })

    const now = site.as('bob', { siteRole: 'guest' })
    await expect(site.chat.room(now.actor, 'open')).rejects.toMatchObject({ code: 'not_found' })
    // Whoever was let in as a member before is no more at the commit.
    await expect(bob.postMessage('open', 'x')).rejects.toMatchObject({ code: 'not_found' })
    await expect(bob.createRoom('mine')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(bob.postMessage('general', 'x')).resolves.toBeDefined()
  })

  test.each([
    ['bob', 'zoe', 'guest'],
    ['gus', 'zoe', 'guest'],
    ['ada', 'olga', 'admin'],
    ['ada', 'bob', 'owner'],
    ['ada', 'ada', 'owner'],
  ] as const)('%s does not make %s a %s', async (name, user, siteRole) => {
    const site = await aSiteOfRoles()

    await expect(site.as(name).changeUser(user, { siteRole })).rejects.toMatchObject({ code: 'forbidden' })
  })

  test.each([
    ['bob', 'zoe'],
    ['gus', 'zoe'],
    ['ada', 'olga'],
  ])('%s does not suspend %s, nor let in again', async (name, user) => {
    const site = await aSiteOfRoles()
    const change = (suspended: boolean) => site.as(name).changeUser(user, { suspended })

    await expect(change(true)).rejects.toMatchObject({ code: 'forbidden' })
    await site.suspend(user)
    await expect(change(false)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test.each([
    ['olga', 'bob', 'owner'],
    ['olga', 'otto', 'member'],
    ['olga', 'olga', 'admin'],
    ['olga', 'ada', 'guest'],
    ['ada', 'amy', 'member'],
    ['ada', 'ada', 'member'],
    ['ada', 'gus', 'member'],
  ] as const)('%s does make %s a %s', async (name, user, siteRole) => {
    const site = await aSiteOfRoles()

    await site.as(name).changeUser(user, { siteRole })

    expect(await roleOf(site, user)).toBe(siteRole)
  })

  test('what is allowed by a look must be at the commit as well', async () => {
    const site = await aSiteOfRoles()
    site.beforeNextCommit(() => site.as('olga').changeUser('bob', { siteRole: 'owner' }))
    await expect(site.as('ada').changeUser('bob', { suspended: true })).rejects.toMatchObject({ code: 'forbidden' })

    site.beforeNextCommit(() => site.as('olga').changeUser('ada', { siteRole: 'member' }))
    await expect(site.as('ada').changeUser('zoe', { suspended: true })).rejects.toMatchObject({ code: 'forbidden' })

    await site.as('olga').changeUser('amy', { suspended: true })
    await site.as('olga').changeUser('ada', { siteRole: 'admin' })
    site.beforeNextCommit(() => site.as('olga').changeUser('amy', { siteRole: 'owner' }))
    await expect(site.as('ada').changeUser('amy', { suspended: false })).rejects.toMatchObject({ code: 'forbidden' })

    const olga = site.as('olga')
    site.beforeNextCommit(() => site.as('otto').changeUser('olga', { siteRole: 'admin' }))
    await expect(olga.changeUser('zoe', { siteRole: 'owner' })).rejects.toMatchObject({ code: 'forbidden' })
    expect([await roleOf(site, 'bob'), await roleOf(site, 'zoe')]).toEqual(['owner', 'member'])
  })

  test('nobody unknown or deleted is changed, also where that happens at the same time', async () => {
    const site = await aSiteOfRoles()
    const suspend = (user: string) => site.as('ada').changeUser(user, { suspended: true })
    await expect(suspend('nobody')).rejects.toMatchObject({ code: 'not_found' })
    await site.system.deleteUser('zoe')
    await expect(suspend(site.user('zoe'))).rejects.toMatchObject({ code: 'not_found' })

    site.beforeNextCommit(() => site.system.deleteUser('bob'))
    await expect(suspend('bob')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the last owner', () => {
  const ways = {
    demoted: (site: TestSite, by: string, user: string) => site.as(by).changeUser(user, { siteRole: 'admin' }),
    suspended: (site: TestSite, by: string, user: string) => site.as(by).changeUser(user, { suspended: true }),
    deleted: (site: TestSite, by: string, user: string) => site.as(by).deleteUser(user),
  }

  test('is neither demoted nor suspended nor deleted, by the operator neither', async () => {
    const site = await aSite({ roles: { olga: 'owner', ada: 'admin' } })
    await site.system.do({ type: 'setPassword', user: 'olga', passwordHash: 'hash' })
    const head = await site.head()

    for (const attempt of [
      () => site.as('olga').changeUser('olga', { siteRole: 'member' }),
      () => site.as('olga').deleteUser('me', 'hash'),
      () => site.system.changeUser('olga', { siteRole: 'admin' }),
      () => site.system.changeUser('olga', { suspended: true }),
      () => site.system.deleteUser('olga'),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'last_owner' })
    }
    expect(await site.head()).toBe(head)
  })

  test.each(Object.entries(ways))('of two who have each other %s at once one stays', async (_how, act) => {
    const site = await aSite({ roles: { olga: 'owner', otto: 'owner' } })
    site.beforeNextCommit(() => act(site, 'olga', 'otto'))

    await expect(act(site, 'otto', 'olga')).rejects.toMatchObject({ code: expect.stringMatching(/forbidden|unauth/) })

    expect(await roleOf(site, 'olga')).toBe('owner')
    await expect(site.system.deleteUser('olga')).rejects.toMatchObject({ code: 'last_owner' })
  })

  test('of two who step down at once one stays', async () => {
    const site = await aSite({ roles: { olga: 'owner', otto: 'owner' } })
    site.beforeNextCommit(() => site.as('olga').changeUser('olga', { siteRole: 'member' }))

    await expect(site.as('otto').changeUser('otto', { siteRole: 'member' })).rejects.toMatchObject({
      code: 'last_owner',
    })
  })

  test('a suspended owner is none to rely on', async () => {
    const site = await aSite({ roles: { olga: 'owner', otto: 'owner' } })
    await site.as('olga').changeUser('otto', { suspended: true })

    await expect(site.system.changeUser('olga', { siteRole: 'admin' })).rejects.toMatchObject({ code: 'last_owner' })
    await expect(site.as('olga').changeUser('otto', { siteRole: 'member' })).resolves.toHaveLength(1)
  })

  const takeAway = [
    (site: TestSite) => site.system.changeUser('bob', { siteRole: 'guest' }),
    (site: TestSite) => site.system.changeUser('bob', { suspended: true }),
    (site: TestSite) => site.system.deleteUser('bob'),
  ]
  test.each(takeAway)('may have become so at the last moment', async (act) => {
    const site = await aSite({ roles: { olga: 'owner' }, users: ['bob'] })
    site.beforeNextCommit(async () => {
      await site.as('olga').changeUser('bob', { siteRole: 'owner' })
      await site.as('olga').changeUser('olga', { siteRole: 'member' })
    })

    await expect(act(site)).rejects.toMatchObject({ code: 'forbidden' })

    expect(await roleOf(site, 'bob')).toBe('owner')
  })
})

/** Two owners, two admins, two members, a guest. */
async function aSiteOfRoles(): Promise<TestSite> {
  return aSite({
    rooms: { general: ['ada', 'bob', 'zoe', 'gus'], open: ['ada'], plans: { private: true, members: ['bob'] } },
    roles: { olga: 'owner', otto: 'owner', ada: 'admin', amy: 'admin', gus: 'guest' },
  })
}

async function roleOf(site: TestSite, username: string): Promise<SiteRole | undefined> {
  return (await site.storage.user({ username }))?.user.siteRole
}
