import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('acceptInvite', () => {
  test('one joins the room, and everybody in it is told', async () => {
    const site = await aSiteWithInvites()

    const changes = await verifyCommand(site, 'bob', ACCEPT)

    expect(changes.map(({ type }) => type)).toEqual(['member.joined', 'invite.used'])
    expect(changes[1]).toMatchObject({ actorId: site.user('bob'), userId: site.user('mia'), payload: { used: 1 } })
    const used = await site.storage.changesAfter((changes[1]?.position ?? 0) - 1, 1)
    expect(used[0]?.audience).toEqual(['server', `user:${site.user('mia')}`])
    expect(await site.room('plans', 'bob')).toMatchObject({ my: { role: 'member' } })
  })

  test('whoever is on the site stays what they are, by whichever invite', async () => {
    const site = await aSiteWithInvites()

    for (const name of ['bob', 'ada', 'gus']) {
      await site.as(name).do(ACCEPT)
      await site.as(name).do({ ...ACCEPT, codeHash: 'open' })
    }

    const roles = await Promise.all(['bob', 'ada', 'gus'].map((name) => site.chat.me(site.as(name).actor)))
    expect(roles.map(({ siteRole }) => siteRole)).toEqual(['member', 'admin', 'guest'])
    expect(await site.members('open')).toEqual(expect.arrayContaining(['bob', 'ada', 'gus']))
  })

  test('whoever is in the room uses nothing, nor whoever is invited to the site alone', async () => {
    const site = await aSiteWithInvites()
    await site.as('bob').do(ACCEPT)
    const head = await site.head()

    for (const codeHash of ['plans', 'site']) {
      expect(await site.as('bob').do({ ...ACCEPT, codeHash })).toEqual([])
      expect(await site.as('mia').do({ ...ACCEPT, codeHash })).toEqual([])
    }

    expect(await site.head()).toBe(head)
    expect(await site.storage.invite({ codeHash: 'plans' })).toMatchObject({ used: 1 })
  })

  test('who accepts twice at once uses it once', async () => {
    const site = await aSiteWithInvites()
    await site.as('mia').createInvite('single', { room: 'plans', uses: 1 })
    const accept = (codeHash: string) => site.as('bob').do({ ...ACCEPT, codeHash })
    site.beforeNextCommit(() => accept('plans'))

    expect(await accept('plans')).toEqual([])
    expect(await accept('single')).toEqual([])

    expect(await site.storage.invite({ codeHash: 'plans' })).toMatchObject({ used: 1 })
    expect(await site.storage.invite({ codeHash: 'single' })).toMatchObject({ used: 0 })
    expect(await site.room('plans')).toMatchObject({ memberCount: 2 })
  })

  test('of two who want the last use one comes', async () => {
    const site = await aSiteWithInvites()
    await site.as('mia').createInvite('single', { room: 'plans', uses: 1 })
    const accept = (name: string) => site.as(name).do({ ...ACCEPT, codeHash: 'single' })
    site.beforeNextCommit(() => accept('bob'))

    await expect(accept('gus')).rejects.toMatchObject({ code: 'invite_invalid' })

    expect(await site.members('plans')).toEqual(['mia', 'bob'])
  })

  test('an unknown code, and somebody suspended meanwhile, come nowhere', async () => {
    const site = await aSiteWithInvites()
    await expect(site.as('bob').do({ ...ACCEPT, codeHash: 'unknown' })).rejects.toMatchObject({
      code: 'invite_invalid',
    })
    await expect(site.newcomer.do(ACCEPT)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(site.system.do(ACCEPT)).rejects.toMatchObject({ code: 'forbidden' })

    site.beforeNextCommit(() => site.suspend('bob'))
    await expect(site.as('bob').do(ACCEPT)).rejects.toMatchObject({ code: 'unauthenticated' })

    expect(await site.members('plans')).toEqual(['mia'])
  })

  test.each([
    ['archived', (site: TestSite) => site.system.changeRoom('plans', { archived: true })],
    ['deleted', (site: TestSite) => site.system.deleteRoom('plans')],
    ['without its host', (site: TestSite) => site.system.removeMember('plans', 'mia')],
    ['of a host who was made less', (site: TestSite) => site.system.putMember('plans', 'mia', 'member')],
  ] as const)('nor into a room that is %s at the last moment', async (_what, act) => {
    const site = await aSiteWithInvites()
    site.beforeNextCommit(() => act(site))

    await expect(site.as('bob').do(ACCEPT)).rejects.toMatchObject({ code: 'invite_invalid' })

    expect(await site.storage.readership(site.user('bob'))).toMatchObject({ rooms: [] })
  })
})

const ACCEPT = { type: 'acceptInvite', codeHash: 'plans' } as const

/** By mia into `plans`, by olga into `open` and to the site, each with such a code. */
async function aSiteWithInvites(): Promise<TestSite> {
  const site = await aSite({
    rooms: { plans: { private: true, moderators: ['mia'] }, open: [] },
    roles: { ada: 'admin', gus: 'guest', olga: 'owner' },
    users: ['bob'],
  })
  await site.as('mia').createInvite('plans', { room: 'plans' })
  await site.as('olga').createInvite('open', { room: 'open' })
  await site.as('olga').createInvite('site')
  return site
}
