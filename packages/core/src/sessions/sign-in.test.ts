import { describe, expect, test } from 'vitest'
import type { DraftOf } from '../storage/drafts.ts'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { commitDrafts } from '../testing/commit-drafts.ts'
import { anId } from '../testing/ports.ts'
import { verifyChanges } from '../testing/verify-command.ts'

describe('signIn', () => {
  test('whoever knows the password gets a session that can do all that the user may', async () => {
    const site = await aSiteWithAlice()

    const changes = await verifyChanges(site, () => signIn(site))

    expect(changes).toMatchObject([{ type: 'session.started', userId: site.user('alice') }])
    const actor = await site.chat.actorBySession('session 1')
    expect(actor).toMatchObject({ userId: site.user('alice'), siteRole: 'member' })
    expect(actor).not.toHaveProperty('scopes')
    expect(actor).not.toHaveProperty('tokenId')
    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toMatchObject([
      { userAgent: 'Browser', address: '192.0.2.1' },
    ])
  })

  test('a password that was changed meanwhile is worth nothing', async () => {
    const site = await aSiteWithAlice()
    site.beforeNextCommit(() => site.system.do({ type: 'setPassword', user: 'alice', passwordHash: 'new' }))

    await expect(signIn(site)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(signIn(site, { passwordHash: 'wrong' })).rejects.toMatchObject({ code: 'unauthenticated' })

    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toEqual([])
  })

  test('nor does somebody come in who is suspended or deleted meanwhile', async () => {
    for (const end of ['suspend', 'delete'] as const) {
      const site = await aSiteWithAlice()
      site.beforeNextCommit(() => (end === 'suspend' ? site.suspend('alice') : site.system.deleteUser('alice')))

      await expect(signIn(site)).rejects.toMatchObject({ code: 'unauthenticated' })

      expect(await site.storage.session('session 1')).toBeUndefined()
    }
  })

  test('the 51st session ends the one that was used least lately, and no other', async () => {
    const site = await aSiteWithAlice()
    for (let n = 1; n <= 3; n++) await signIn(site, {}, n)
    await haveSessions(site, 47)
    // The first one is used, so that the second is the oldest.
    site.shiftClock(2)
    await site.as('alice', await site.chat.actorBySession('session 1')).do({ type: 'renewSession' })
    site.shiftClock(0)
    const [second, third] = await Promise.all([2, 3].map((n) => usedAt(site, n)))

    const changes = await signIn(site, {}, 51)

    expect(changes.map(({ type }) => type)).toEqual(['session.started', 'session.ended'])
    expect(changes[1]).toMatchObject({ payload: { reason: 'replaced' } })
    const left = await site.storage.sessionsOf({ userId: site.user('alice') })
    expect(left).toHaveLength(50)
    expect(await site.chat.actorBySession('session 1')).toBeDefined()
    expect(await site.chat.actorBySession('session 51')).toBeDefined()
    // Of two that were begun in the same millisecond either may go.
    if (second !== third) expect(await site.chat.actorBySession('session 2')).toBeUndefined()
  })

  test('more than there may be, as of two who signed in at once, end with the next one', async () => {
    const site = await aSiteWithAlice()
    await haveSessions(site, 49)
    site.beforeNextCommit(() => signIn(site, {}, 50))
    await signIn(site, {}, 51)
    site.beforeNextCommit(() => signIn(site, {}, 52))
    await signIn(site, {}, 53)

    await signIn(site, {}, 54)

    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toHaveLength(50)
  })

  test('the same password hashed at a higher cost ends no session', async () => {
    const site = await aSiteWithAlice()
    const alice = await site.withSession('alice')

    const changes = await verifyChanges(site, () => signIn(site, { rehashed: 'costly' }))

    expect(changes.map(({ type }) => type)).toEqual(['password.changed', 'session.started'])
    const [changed] = await site.storage.changesAfter((changes[0]?.position ?? 0) - 1, 1)
    expect(changed?.audience).toEqual(['server'])
    await expect(alice.do({ type: 'changeMe', displayName: 'A' })).resolves.toBeDefined()
    expect(await site.storage.user({ username: 'alice' })).toMatchObject({ passwordHash: 'costly' })
    expect(JSON.stringify(changes)).not.toContain('costly')
    await expect(signIn(site, {}, 2)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('is for people alone', async () => {
    const site = await aSiteWithAlice()
    const command = { type: 'signIn', passwordHash: 'hash', session: aSession(1) } as const

    for (const nobody of [site.newcomer, site.system]) {
      await expect(nobody.do(command)).rejects.toMatchObject({ code: 'forbidden' })
    }
  })
})

async function aSiteWithAlice(): Promise<TestSite> {
  const site = await aSite({ users: ['alice'] })
  await site.system.do({ type: 'setPassword', user: 'alice', passwordHash: 'hash' })
  return site
}

function aSession(n: number) {
  return { sessionId: anId(9000 + n), secretHash: `session ${n}`, userAgent: 'Browser' }
}

function signIn(site: TestSite, more: { passwordHash?: string; rehashed?: string } = {}, n = 1) {
  const alice = site.as('alice', { address: '192.0.2.1' })
  return alice.do({ type: 'signIn', passwordHash: 'hash', session: aSession(n), ...more })
}

/** Of alice's. */
function haveSessions(site: TestSite, count: number) {
  const userId = site.user('alice')
  const drafts = Array.from({ length: count }, (_, n): DraftOf<'session.started'> => {
    const session = { id: anId(9501 + n), secretHash: `had ${n}`, expiresAt: '2999-01-01T00:00:00.000Z' }
    return { type: 'session.started', audience: ['server', `user:${userId}`], userId, session }
  })
  return commitDrafts(site.storage, drafts)
}

async function usedAt(site: TestSite, n: number): Promise<string | undefined> {
  return (await site.storage.session(`session ${n}`))?.session.lastUsedAt
}
