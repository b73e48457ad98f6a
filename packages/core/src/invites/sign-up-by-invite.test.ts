import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { verifyChanges } from '../testing/verify-command.ts'

describe('signUp by an invite', () => {
  test('an admin’s makes members, who join the default rooms', async () => {
    const site = await aSiteWithInvites()
    await site.as('ada').createInvite('code')

    const changes = await site.newcomer.signUp('bob', { inviteHash: 'code' })

    expect(changes.map(({ type }) => type)).toEqual(['user.created', 'member.joined', 'invite.used', 'session.started'])
    expect(await site.members('general')).toContain('bob')
    expect(await site.chat.actorBySession("bob's session")).toMatchObject({ siteRole: 'member' })
    expect(changes[2]).toMatchObject({ userId: site.user('ada'), payload: { used: 1 } })
  })

  test('one with a room leads into that room as well', async () => {
    const site = await aSiteWithInvites()
    await site.as('ada').putMember('open', 'me')
    await site.as('ada').createInvite('code', { room: 'open' })

    await site.newcomer.signUp('bob', { inviteHash: 'code' })

    expect(await site.members('open')).toContain('bob')
    expect(await site.members('general')).toContain('bob')
  })

  test('a moderator’s makes guests, who join its room and no other', async () => {
    const site = await aSite({ rooms: { plans: { private: true, moderators: ['mia'] } }, roles: { olga: 'owner' } })
    await site.as('mia').createInvite('code', { room: 'plans' })

    await verifyChanges(site, () => site.newcomer.signUp('gus', { inviteHash: 'code' }))

    expect(await site.chat.actorBySession("gus's session")).toMatchObject({ siteRole: 'guest' })
    expect((await site.storage.readership(site.user('gus'))).rooms).toMatchObject([
      { roomId: (await site.room('plans')).id, role: 'member' },
    ])
  })

  test('into a default room one comes once, and also where it is private by now', async () => {
    const site = await aSiteWithInvites()
    await site.as('olga').createInvite('code', { room: 'general' })

    const changes = await site.newcomer.signUp('bob', { inviteHash: 'code' })
    await site.as('olga').changeRoom('general', { visibility: 'private' })
    await site.newcomer.signUp('carol', { inviteHash: 'code' })

    expect(changes.filter(({ type }) => type === 'member.joined')).toHaveLength(1)
    expect(await site.members('general')).toEqual(['olga', 'bob', 'carol'])
    expect(await site.room('general')).toMatchObject({ memberCount: 3 })
  })

  test('its uses are counted, and of two who want the last one at once one comes', async () => {
    const site = await aSiteWithInvites()
    const id = await site.as('ada').createInvite('code', { uses: 2 })
    await site.newcomer.signUp('bob', { inviteHash: 'code' })
    expect(await site.storage.invite({ id })).toMatchObject({ used: 1, uses: 2 })

    site.beforeNextCommit(() => site.newcomer.signUp('carol', { inviteHash: 'code' }))
    await expect(site.newcomer.signUp('dave', { inviteHash: 'code' })).rejects.toMatchObject({ code: 'invite_invalid' })
    await expect(site.newcomer.signUp('dave', { inviteHash: 'code' })).rejects.toMatchObject({ code: 'invite_invalid' })

    expect(await site.storage.user({ username: 'dave' })).toBeUndefined()
    expect(await site.storage.session("dave's session")).toBeUndefined()
  })

  test('one that has expired is worth nothing', async () => {
    const site = await aSiteWithInvites()
    site.shiftClock(-8)
    await site.as('ada').createInvite('code')
    site.shiftClock(0)

    await expect(site.newcomer.signUp('bob', { inviteHash: 'code' })).rejects.toMatchObject({ code: 'invite_invalid' })
  })
})

/** What ends mia's invite into `plans`, by code `mia`, and ada's, to the site by `ada` and into `open` by `ada-open`. */
const ends: readonly (readonly [what: string, code: string, act: (site: TestSite) => Promise<unknown>])[] = [
  ['taken back', 'mia', (site) => takeBack(site, 'mia')],
  ['of somebody suspended', 'mia', (site) => site.suspend('mia')],
  ['of somebody deleted', 'mia', (site) => site.system.deleteUser('mia')],
  ['of an admin no more', 'ada', (site) => site.system.changeUser('ada', { siteRole: 'member' })],
  ['of an admin no more', 'ada-open', (site) => site.system.changeUser('ada', { siteRole: 'member' })],
  ['of a guest by now', 'mia', (site) => site.system.changeUser('mia', { siteRole: 'guest' })],
  ['of a moderator no more', 'mia', (site) => site.as('max').putMember('plans', 'mia', 'member')],
  ['of somebody removed', 'mia', (site) => site.as('max').removeMember('plans', 'mia')],
  ['of somebody who left', 'mia', (site) => site.as('mia').removeMember('plans', 'me')],
  ['into an archived room', 'mia', (site) => site.as('max').changeRoom('plans', { archived: true })],
  ['into a deleted room', 'mia', (site) => site.as('max').deleteRoom('plans')],
  ['into a room that turned private', 'ada-open', (site) => turnPrivate(site)],
]

describe('an invite ends with the right to make it', () => {
  test.each(ends)('one %s (%s) lets nobody in', async (_what, inviteHash, act) => {
    const site = await aSiteWithInvites('made')
    await act(site)
    const head = await site.head()

    await expect(site.newcomer.signUp('bob', { inviteHash })).rejects.toMatchObject({ code: 'invite_invalid' })
    await expect(acceptOf(site, 'zoe', inviteHash)).rejects.toMatchObject({ code: 'invite_invalid' })
    await expect(site.chat.previewInvite(inviteHash)).rejects.toMatchObject({ code: 'not_found' })
    await expect(site.chat.roomOfInvite(inviteHash)).rejects.toMatchObject({ code: 'invite_invalid' })
    expect(await site.head()).toBe(head)
  })

  test.each(ends)('nor one that is %s (%s) at the last moment', async (_what, inviteHash, act) => {
    const site = await aSiteWithInvites('made')
    site.beforeNextCommit(() => act(site))

    await expect(site.newcomer.signUp('bob', { inviteHash })).rejects.toMatchObject({ code: 'invite_invalid' })

    expect(await site.storage.user({ username: 'bob' })).toBeUndefined()
  })

  test('a moderator’s lives on where the room turns private, an admin’s where the admin is a moderator of it', async () => {
    const site = await aSiteWithInvites('made')
    await site.as('olga').putMember('open', 'me')
    await site.as('olga').putMember('open', 'ada')
    await turnPrivate(site)
    await expect(site.newcomer.signUp('bob', { inviteHash: 'ada-open' })).resolves.toBeDefined()
    await site.as('max').changeRoom('plans', { visibility: 'public' })
    await site.as('max').changeRoom('plans', { visibility: 'private' })
    await expect(site.newcomer.signUp('gus', { inviteHash: 'mia' })).resolves.toBeDefined()
  })
})

async function aSiteWithInvites(made?: 'made'): Promise<TestSite> {
  const site = await aSite({
    rooms: { plans: { private: true, moderators: ['mia', 'max'] }, open: { moderators: ['max'] } },
    roles: { ada: 'admin' },
    users: ['zoe'],
  })
  await site.newcomer.setUp('olga')
  if (made === undefined) return site
  await site.as('mia').createInvite('mia', { room: 'plans' })
  await site.as('ada').createInvite('ada')
  await site.as('ada').createInvite('ada-open', { room: 'open' })
  return site
}

async function takeBack(site: TestSite, codeHash: string) {
  const invite = await site.storage.invite({ codeHash })
  return site.as('mia').do({ type: 'deleteInvite', inviteId: invite?.id ?? '' })
}

function turnPrivate(site: TestSite) {
  return site.as('max').changeRoom('open', { visibility: 'private' })
}

function acceptOf(site: TestSite, name: string, codeHash: string) {
  return site.as(name).do({ type: 'acceptInvite', codeHash })
}
