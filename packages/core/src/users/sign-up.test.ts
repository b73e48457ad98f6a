import type { SignUp } from '@suda/protocol'
import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { verifyChanges } from '../testing/verify-command.ts'

describe('signUp', () => {
  test('into an open site one comes as a member of its default rooms, with a session', async () => {
    const site = await aSiteThatIs('open')

    const changes = await verifyChanges(site, () => site.newcomer.signUp('bob', { email: ' Bob@Example.ORG ' }))

    expect(changes.map(({ type }) => type)).toEqual(['user.created', 'member.joined', 'session.started'])
    expect(await site.members('general')).toContain('bob')
    expect(await site.chat.actorBySession("bob's session")).toMatchObject({
      siteRole: 'member',
      via: { kind: 'session' },
    })
    expect(await site.storage.user({ username: 'bob' })).toMatchObject({
      email: 'bob@example.org',
      passwordHash: "bob's password",
      user: { kind: 'human', displayName: 'bob' },
    })
    expect(JSON.stringify(changes)).not.toMatch(/bob's|example/i)
  })

  test('the session that one comes with ends after two weeks', async () => {
    const site = await aSiteThatIs('open')
    site.shiftClock(1)

    await site.newcomer.signUp('bob')

    const found = await site.storage.session("bob's session")
    const days = (Date.parse(found?.session.expiresAt ?? '') - Date.now()) / DAY_MS
    expect(days).toBeGreaterThan(14.9)
    expect(days).toBeLessThanOrEqual(15)
  })

  test.each([
    ['open', undefined, undefined],
    ['open', 'invite', 'sign_up_closed'],
    ['open', 'closed', 'sign_up_closed'],
    ['invite', undefined, 'sign_up_closed'],
    ['invite', 'open', undefined],
    ['closed', undefined, 'sign_up_closed'],
    ['closed', 'open', undefined],
  ] as const)('without an invite, where it is %s and pinned to %s: %s', async (mode, pinnedMode, code) => {
    const site = await aSiteThatIs(mode)
    const head = await site.head()

    expect(await codeOf(site.newcomer.signUp('bob', pinned(pinnedMode)))).toBe(code)

    expect((await site.head()) > head).toBe(code === undefined)
    expect(await codeOf(site.chat.assertMaySignUp(pinned(pinnedMode)))).toBe(code)
  })

  test.each([
    ['open', undefined, undefined],
    ['invite', undefined, undefined],
    ['closed', undefined, 'sign_up_closed'],
    ['open', 'closed', 'sign_up_closed'],
    ['closed', 'invite', undefined],
  ] as const)('by an invite, where it is %s and pinned to %s: %s', async (mode, pinnedMode, code) => {
    const site = await aSiteThatIs(mode)
    await site.as('olga').createInvite('code')

    const arrival = { inviteHash: 'code', ...pinned(pinnedMode) }

    expect(await codeOf(site.chat.assertMaySignUp(arrival))).toBe(code)
    expect(await codeOf(site.newcomer.signUp('bob', arrival))).toBe(code)
  })

  test('nobody comes before the first owner, whatever is pinned', async () => {
    const site = await aSite({ users: ['early'] })
    await site.system.do({ type: 'changeSite', signUp: 'open' })

    await expect(site.newcomer.signUp('bob')).rejects.toMatchObject({ code: 'sign_up_closed' })
    await expect(site.newcomer.signUp('bob', { pinnedMode: 'open' })).rejects.toMatchObject({ code: 'sign_up_closed' })

    expect(await site.storage.user({ username: 'bob' })).toBeUndefined()
  })

  test('a site that closes at the last moment lets nobody in', async () => {
    const site = await aSiteThatIs('open')
    site.beforeNextCommit(() => site.as('olga').do({ type: 'changeSite', signUp: 'invite' }))

    await expect(site.newcomer.signUp('bob')).rejects.toMatchObject({ code: 'sign_up_closed' })

    expect(await site.storage.user({ username: 'bob' })).toBeUndefined()
  })

  test('a room that all join and that is deleted, archived or hidden at the last moment keeps nobody out', async () => {
    const site = await aSiteThatIs('open')
    const acts = [
      ['bob', () => site.system.changeRoom('general', { archived: true })],
      ['carol', () => site.system.changeRoom('general', { archived: false, visibility: 'private' })],
      ['dave', () => site.system.changeRoom('general', { visibility: 'public' })],
      ['eve', () => site.system.deleteRoom('general')],
    ] as const

    for (const [username, act] of acts) {
      site.beforeNextCommit(act)
      await site.newcomer.signUp(username)
    }

    expect(await site.storage.user({ username: 'eve' })).toBeDefined()
  })

  test('whoever may not sign up learns nothing of names', async () => {
    const site = await aSiteThatIs('invite')
    const attempt = (more: object) => site.newcomer.signUp('olga', more)

    for (const username of ['olga', 'me', 'No Name']) {
      await expect(attempt({ username })).rejects.toMatchObject({ code: 'sign_up_closed' })
      await expect(attempt({ username, inviteHash: 'unknown' })).rejects.toMatchObject({ code: 'invite_invalid' })
    }
    await site.as('olga').createInvite('code', { uses: 1 })
    site.beforeNextCommit(() => site.newcomer.signUp('bob', { inviteHash: 'code' }))
    await expect(attempt({ inviteHash: 'code' })).rejects.toMatchObject({ code: 'invite_invalid' })
  })

  test('names and addresses are taken once, also of two who come at once; what is refused uses no invite', async () => {
    const site = await aSiteThatIs('invite')
    const inviteId = await site.as('olga').createInvite('code')
    const inviteHash = 'code'
    await site.newcomer.signUp('bob', { inviteHash, email: 'bob@example.org' })

    for (const more of [{ username: 'bob' }, { username: 'room' }, { email: 'BOB@example.org' }]) {
      await expect(site.newcomer.signUp('carol', { inviteHash, ...more })).rejects.toMatchObject({ code: 'taken' })
    }
    for (const more of [{ username: 'C' }, { email: 'no address' }, { displayName: '\u200b' }]) {
      await expect(site.newcomer.signUp('carol', { inviteHash, ...more })).rejects.toMatchObject({
        code: 'validation_failed',
      })
    }
    expect(await site.storage.invite({ id: inviteId })).toMatchObject({ used: 1 })

    site.beforeNextCommit(() => site.newcomer.signUp('carol', { inviteHash, email: 'c@example.org' }))
    await expect(site.newcomer.signUp('carol', { inviteHash })).rejects.toMatchObject({ code: 'taken' })
    site.beforeNextCommit(() => site.newcomer.signUp('dave', { inviteHash, email: 'd@example.org' }))
    await expect(site.newcomer.signUp('eve', { inviteHash, email: 'd@example.org' })).rejects.toMatchObject({
      code: 'taken',
    })
    expect(await site.storage.invite({ id: inviteId })).toMatchObject({ used: 3 })
    expect(await site.storage.user({ username: 'eve' })).toBeUndefined()
  })
})

const DAY_MS = 24 * 3_600_000

/** With an owner and the room `general`. */
async function aSiteThatIs(mode: SignUp): Promise<TestSite> {
  const site = await aSite()
  await site.newcomer.setUp('olga')
  await site.as('olga').do({ type: 'changeSite', signUp: mode })
  return site
}

function pinned(mode: SignUp | undefined): { readonly pinnedMode?: SignUp } {
  return mode === undefined ? {} : { pinnedMode: mode }
}

async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}
