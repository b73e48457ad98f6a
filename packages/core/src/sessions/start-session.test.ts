import { LIMITS } from '@suda/protocol'
import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { anId } from '../testing/ports.ts'
import { verifyChanges } from '../testing/verify-command.ts'

describe('startSession', () => {
  test('with a token one gets a session that can do what the token can', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const token = await site.withToken('alice', ['write'])

    const changes = await verifyChanges(site, () => token.do(STARTED))

    expect(changes.map(({ type }) => type)).toEqual(['session.started'])
    const actor = await site.chat.actorBySession('session hash')
    expect(actor).toMatchObject({ sessionId: SESSION, scopes: ['write'], via: { kind: 'session' } })
    expect(actor?.tokenId).toBeDefined()
    expect(await site.as('alice', actor).postMessage('general', 'hi')).toMatchObject({ via: { kind: 'session' } })
    await expect(site.as('alice', actor).do({ type: 'changeSite', name: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('admin'),
    })
  })

  test('it lives no longer than its token, and two weeks at most', async () => {
    const site = await aSite({ users: ['alice'] })
    const token = { type: 'createToken', user: 'alice', tokenId: anId(9003), label: 'bot', scopes: [] } as const
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    await site.system.do({ ...token, secretHash: 'short', expiresAt })
    await site.system.do({ ...token, tokenId: anId(9004), secretHash: 'long', expiresAt: '2999-01-01T00:00:00.000Z' })
    const start = async (tokenHash: string, sessionId: string, secretHash: string) => {
      await site
        .as('alice', await site.chat.actorByToken(tokenHash))
        .do({ type: 'startSession', sessionId, secretHash })
      return (await site.storage.session(secretHash))?.session.expiresAt
    }

    expect(await start('short', anId(9005), 'a')).toBe(expiresAt)
    const days = (Date.parse((await start('long', anId(9006), 'b')) ?? '') - Date.now()) / DAY_MS
    expect(days).toBeGreaterThan(13.9)
    expect(days).toBeLessThanOrEqual(14)
  })

  test('with a session one starts no other', async () => {
    const site = await aSite({ users: ['alice'] })

    for (const alice of [await site.withSession('alice'), await site.withToken('alice', ['write'], 'session')]) {
      await expect(alice.do(STARTED)).rejects.toMatchObject({ code: 'forbidden' })
    }
  })

  test('a token, whatever it may do, ends no session that was begun with the password', async () => {
    const site = await aSite({ users: ['alice'] })
    const alice = await site.withSession('alice')
    const token = await site.withToken('alice', ['metrics'])
    const start = (n: number) =>
      token.do({ type: 'startSession', sessionId: anId(9100 + n), secretHash: `session ${n}` })
    for (let n = 1; n <= LIMITS.sessions; n++) await start(n)

    const changes = await start(LIMITS.sessions + 1)

    expect(changes.map(({ type }) => type)).toEqual(['session.started', 'session.ended'])
    await expect(alice.do({ type: 'changeMe', displayName: 'A' })).resolves.toBeDefined()
    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toHaveLength(LIMITS.sessions + 1)
  })

  test('a suspension between the check and the commit starts none', async () => {
    const site = await aSite({ users: ['alice'] })
    const token = await site.withToken('alice', ['read'])
    site.beforeNextCommit(() => site.suspend('alice'))

    await expect(token.do(STARTED)).rejects.toMatchObject({ code: 'unauthenticated' })

    expect(await site.storage.session('session hash')).toBeUndefined()
  })
})

const DAY_MS = 24 * 3_600_000
const SESSION = anId(9002)
const STARTED = { type: 'startSession', sessionId: SESSION, secretHash: 'session hash' } as const
