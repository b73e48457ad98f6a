import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import type { Acting } from '../testing/acting.ts'
import { verifyChanges } from '../testing/verify-command.ts'
import { isWorthRenewing } from './lifetime.ts'

describe('renewSession', () => {
  test('a session that is used ends two weeks after that', async () => {
    const site = await aSite({ users: ['alice'] })
    const alice = await site.withSession('alice')
    site.shiftClock(10)

    const changes = await verifyChanges(site, () => renew(alice))

    expect(changes).toMatchObject([{ type: 'session.renewed', payload: { sessionId: idOf(alice) } }])
    expect(await daysLeft(site)).toBe(24)
    expect((await site.changesAfter(site.headBefore)).map(({ type }) => type)).not.toContain('session.ended')
  })

  test('of many requests at once one renews it', async () => {
    const site = await aSite({ users: ['alice'] })
    const alice = await site.withSession('alice')
    site.shiftClock(10)
    await renew(alice)
    site.shiftClock(10.5)

    expect(await renew(alice)).toEqual([])
    expect(await daysLeft(site)).toBe(24)
  })

  test('it lives 90 days in all, however much it is used', async () => {
    const site = await aSite({ users: ['alice'] })
    const alice = await site.withSession('alice')
    site.shiftClock(75)
    await renew(alice)
    expect(await daysLeft(site)).toBe(89)

    site.shiftClock(80)
    await renew(alice)
    expect(await daysLeft(site)).toBe(90)

    site.shiftClock(85)
    expect(await renew(alice)).toEqual([])
    expect(await daysLeft(site)).toBe(90)
  })

  test('what brings it no later end changes nothing, such as a clock that went back', async () => {
    const site = await aSite({ users: ['alice'] })
    const alice = await site.withSession('alice')
    site.shiftClock(-1)

    expect(await renew(alice)).toEqual([])
    expect(await daysLeft(site)).toBe(14)
  })

  test('neither a session that was made with a token lives longer, nor a token, nor none at all', async () => {
    const site = await aSite({ users: ['alice'] })
    const made = await site.withToken('alice', ['read'], 'session')
    site.shiftClock(10)

    for (const alice of [made, await site.withToken('alice', ['read']), site.as('alice')]) {
      expect(await renew(alice)).toEqual([])
    }

    expect(await daysLeft(site)).toBe(14)
  })

  test('one that has ended lives no more', async () => {
    const site = await aSite({ users: ['alice'] })
    const alice = await site.withSession('alice')
    site.shiftClock(10)
    site.beforeNextCommit(() => alice.do({ type: 'endSession' }))

    await expect(renew(alice)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await renew(alice)).toEqual([])

    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toEqual([])
  })
})

test('a session is worth renewing once a day', () => {
  const now = Date.now()
  const endIn = (days: number) => new Date(now + days * DAY_MS).toISOString()

  expect(isWorthRenewing(endIn(14), now)).toBe(false)
  expect(isWorthRenewing(endIn(13.01), now)).toBe(false)
  expect(isWorthRenewing(endIn(12.99), now)).toBe(true)
})

const DAY_MS = 24 * 3_600_000

function renew(alice: Acting) {
  return alice.do({ type: 'renewSession' })
}

function idOf({ actor }: Acting): string | undefined {
  return actor.kind === 'user' ? actor.sessionId : undefined
}

/** Of alice's only session, from now by the clock of the storage. */
async function daysLeft(site: TestSite): Promise<number> {
  const [session] = await site.storage.sessionsOf({ userId: site.user('alice') })
  return Math.round((Date.parse(session?.expiresAt ?? '') - Date.now()) / DAY_MS)
}
