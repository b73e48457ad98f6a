import { describe, expect, test } from 'vitest'
import type { CreateInvite } from '../commands.ts'
import type { DraftOf } from '../storage/drafts.ts'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { commitDrafts } from '../testing/commit-drafts.ts'
import { anId } from '../testing/ports.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('createInvite', () => {
  test('by an admin it makes members, for a week, and its code is not kept', async () => {
    const site = await aSiteOfHosts()

    const changes = await verifyCommand(site, 'ada', anInvite())

    expect(changes).toMatchObject([
      { type: 'invite.created', userId: site.user('ada'), payload: { inviteId: INVITE, role: 'member' } },
    ])
    const [invite] = await site.chat.invites(site.as('ada').actor)
    expect(invite).toMatchObject({ createdBy: site.user('ada'), used: 0 })
    expect(invite).not.toHaveProperty('uses')
    expect(Math.round((Date.parse(invite?.expiresAt ?? '') - Date.now()) / DAY_MS)).toBe(7)
    expect(JSON.stringify([changes, invite])).not.toContain('code')
  })

  test('by a moderator it makes guests of the room', async () => {
    const site = await aSiteOfHosts()

    const changes = await verifyCommand(site, 'mia', anInvite({ room: 'plans', uses: 3 }))

    const { id: roomId } = await site.room('plans')
    expect(changes).toMatchObject([{ payload: { role: 'guest', roomId, uses: 3 } }])
  })

  test.each([
    ['guests', 'gus', { room: 'plans' }, 'forbidden'],
    ['guests who moderate', 'gil', { room: 'plans' }, 'forbidden'],
    ['members, to the site', 'bob', {}, 'forbidden'],
    ['members, guests of no room', 'bob', { role: 'guest' }, 'forbidden'],
    ['members who do not moderate', 'bob', { room: 'plans' }, 'forbidden'],
    ['members, into a public room', 'zoe', { room: 'open' }, 'forbidden'],
    ['moderators, who make guests alone', 'mia', { room: 'plans', role: 'member' }, 'forbidden'],
    ['moderators, into another room', 'mia', { room: 'secret' }, 'not_found'],
    ['admins, into a room that they may not read', 'ada', { room: 'plans' }, 'not_found'],
    ['admins, into a room that is not there', 'ada', { room: 'nowhere' }, 'not_found'],
    ['admins, guests of no room', 'ada', { role: 'guest' }, 'validation_failed'],
    ['moderators, into an archived room', 'mia', { room: 'old' }, 'room_archived'],
    ['anybody in the name of others', 'ada', { user: 'mia' }, 'forbidden'],
    ['admins, for more than a year', 'ada', { expiresAt: inDays(367) }, 'validation_failed'],
    ['admins, for a time that is over', 'ada', { expiresAt: inDays(-1) }, 'validation_failed'],
  ] as const)('not by %s', async (_who, name, more, code) => {
    const site = await aSiteOfHosts()
    const head = await site.head()

    await expect(site.as(name).do(anInvite(more))).rejects.toMatchObject({ code })

    expect(await site.head()).toBe(head)
  })

  test.each([
    ['an admin into a public room, members', 'ada', { room: 'open' }, 'member'],
    ['an admin into a public room, guests', 'ada', { room: 'open', role: 'guest' }, 'guest'],
    ['an owner who moderates a private room, members', 'olga', { room: 'plans' }, 'member'],
    ['an admin for a year', 'ada', { expiresAt: inDays(365) }, 'member'],
  ] as const)('but by %s', async (_who, name, more, role) => {
    const site = await aSiteOfHosts()

    expect(await site.as(name).do(anInvite(more))).toMatchObject([{ payload: { role } }])
  })

  test('the operator invites in somebody’s name, who must have the right', async () => {
    const site = await aSiteOfHosts()
    const invite = (more: Partial<CreateInvite>) => site.system.do(anInvite(more))

    await expect(invite({})).rejects.toMatchObject({ code: 'forbidden' })
    await expect(invite({ user: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(invite({ user: 'bob' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(invite({ user: 'bob', room: 'plans' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(invite({ user: 'ada', room: 'plans' })).rejects.toMatchObject({ code: 'not_found' })

    const changes = await invite({ user: 'ada', room: 'open' })
    expect(changes).toMatchObject([{ userId: site.user('ada'), payload: { role: 'member' } }])
    await expect(site.newcomer.signUp('eve', { inviteHash: 'code' })).resolves.toBeDefined()
  })

  test.each([
    ['an admin who is none any more', 'ada', {}, (site: TestSite) => demote(site, 'ada'), 'forbidden'],
    ['a moderator who is none any more', 'mia', INTO_PLANS, (site: TestSite) => unmake(site, 'mia'), 'forbidden'],
    ['somebody suspended', 'mia', INTO_PLANS, (site: TestSite) => site.suspend('mia'), 'unauthenticated'],
    ['somebody removed', 'mia', INTO_PLANS, (site: TestSite) => site.system.removeMember('plans', 'mia'), 'not_found'],
    ['into a room archived', 'mia', INTO_PLANS, (site: TestSite) => archive(site), 'room_archived'],
  ] as const)('nobody does at the last moment: %s', async (_who, name, more, act, code) => {
    const site = await aSiteOfHosts()
    site.beforeNextCommit(() => act(site))

    await expect(site.as(name).do(anInvite(more))).rejects.toMatchObject({ code })

    expect(await site.storage.invites()).toEqual([])
  })

  test('the 101st is refused, also of two that are made at once', async () => {
    const site = await aSiteOfHosts()
    const make = (n: number) => site.as('ada').do(anInvite({ inviteId: anId(9100 + n), codeHash: `code ${n}` }))
    await haveInvites(site, 99)

    site.beforeNextCommit(() => make(100))
    await expect(make(101)).rejects.toMatchObject({ code: 'validation_failed' })
    await expect(make(102)).rejects.toMatchObject({ code: 'validation_failed' })

    expect(await site.storage.invites(site.user('ada'))).toHaveLength(100)
    await expect(site.as('olga').createInvite('another')).resolves.toBeDefined()
  })
})

const DAY_MS = 24 * 3_600_000
const INVITE = anId(9001)
const INTO_PLANS = { room: 'plans' } as const

async function aSiteOfHosts(): Promise<TestSite> {
  const site = await aSite({
    rooms: {
      plans: { private: true, members: ['bob', 'gus'], moderators: ['mia', 'gil', 'olga'] },
      open: { members: ['bob'] },
      secret: { private: true },
      old: { moderators: ['mia'], archived: true },
    },
    roles: { gus: 'guest', gil: 'guest', ada: 'admin', olga: 'owner' },
    users: ['zoe'],
  })
  await site.system.do({ type: 'changeSite', signUp: 'invite' })
  return site
}

function anInvite(more: Partial<CreateInvite> = {}): CreateInvite {
  return { type: 'createInvite', inviteId: INVITE, codeHash: 'code', ...more }
}

/** Of ada's. */
function haveInvites(site: TestSite, count: number) {
  const userId = site.user('ada')
  const drafts = Array.from({ length: count }, (_, n): DraftOf<'invite.created'> => {
    const invite = { id: anId(9501 + n), codeHash: `had ${n}`, role: 'member', expiresAt: inDays(7) } as const
    return { type: 'invite.created', audience: ['server', `user:${userId}`], userId, invite }
  })
  return commitDrafts(site.storage, drafts)
}

function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString()
}

function demote(site: TestSite, name: string) {
  return site.system.changeUser(name, { siteRole: 'member' })
}

function unmake(site: TestSite, name: string) {
  return site.system.putMember('plans', name, 'member')
}

function archive(site: TestSite) {
  return site.system.changeRoom('plans', { archived: true })
}
