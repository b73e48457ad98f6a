import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { anId } from '../testing/ports.ts'
import { verifyChanges, verifyCommand } from '../testing/verify-command.ts'

describe('createToken', () => {
  test('a token is found by its hash and acts within its scopes', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    await verifyChanges(site, () => token(site, { scopes: ['read'] }))

    const actor = await site.chat.actorByToken('token hash')

    expect(actor).toMatchObject({ userId: site.user('alice'), via: { kind: 'token', name: 'bot' }, scopes: ['read'] })
    await expect(site.as('alice', actor).postMessage('general', 'x')).rejects.toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('write'),
    })
    expect(await site.chat.actorByToken('another hash')).toBeUndefined()
  })

  test('nobody unknown, suspended or without a visible label gets one', async () => {
    const site = await aSite({ users: ['alice', 'bob'] })
    await site.suspend('bob')
    const head = await site.head()

    await expect(token(site, { user: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(token(site, { user: 'bob' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(token(site, { label: ' ' })).rejects.toMatchObject({ code: 'validation_failed' })

    expect(await site.head()).toBe(head)
  })

  test('an expired one, and one of somebody suspended, opens nothing', async () => {
    const site = await aSite({ users: ['alice'] })
    await token(site, { secretHash: 'old', expiresAt: '2020-01-01T00:00:00.000Z' })
    await token(site, { tokenId: anId(9003) })
    expect(await site.chat.actorByToken('old')).toBeUndefined()
    expect(await site.chat.actorByToken('token hash')).toBeDefined()

    await site.suspend('alice')

    expect(await site.chat.actorByToken('token hash')).toBeUndefined()
    expect(await site.chat.actorByName({ username: 'alice' }, { kind: 'inbox' })).toBeUndefined()
  })
})

describe('startSession', () => {
  test('with a token one gets a session that can do what the token can', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    await token(site, { scopes: ['read', 'write'] })

    const changes = await verifyChanges(site, () => session(site))

    expect(changes.map(({ type }) => type)).toEqual(['session.started'])
    const actor = await site.chat.actorBySession('session hash')
    expect(actor).toMatchObject({
      sessionId: SESSION,
      tokenId: TOKEN,
      scopes: ['read', 'write'],
      via: { kind: 'session' },
    })
    expect(await site.as('alice', actor).postMessage('general', 'hi')).toMatchObject({ via: { kind: 'session' } })
  })

  test('it lives no longer than its token', async () => {
    const site = await aSite({ users: ['alice'] })
    await token(site, { expiresAt: '2990-01-01T00:00:00.000Z' })

    await session(site, '2999-01-01T00:00:00.000Z')

    expect(await site.storage.session('session hash')).toMatchObject({
      session: { expiresAt: '2990-01-01T00:00:00.000Z' },
    })
  })

  test('with a session one starts no other', async () => {
    const site = await aSite({ users: ['alice'] })
    await token(site)
    await session(site)
    const actor = await site.chat.actorBySession('session hash')

    await expect(site.as('alice', actor).do({ ...STARTED, sessionId: anId(9009) })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  test('a suspension between the check and the commit starts none', async () => {
    const site = await aSite({ users: ['alice'] })
    await token(site)
    const actor = await site.chat.actorByToken('token hash')
    site.beforeNextCommit(() => site.suspend('alice'))

    await expect(site.as('alice', actor).do(STARTED)).rejects.toMatchObject({ code: 'unauthenticated' })

    expect(await site.storage.session('session hash')).toBeUndefined()
  })
})

describe('endSession', () => {
  test('signing out ends the session that is used and no other', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    await token(site, { scopes: ['write'] })
    await session(site)
    await site
      .as('alice', await site.chat.actorByToken('token hash'))
      .do({ ...STARTED, sessionId: OTHER, secretHash: 'other' })
    const actor = await site.chat.actorBySession('session hash')

    const changes = await verifyChanges(site, () => site.as('alice', actor).do({ type: 'endSession' }))

    expect(changes).toMatchObject([{ type: 'session.ended', payload: { sessionId: SESSION, reason: 'signed_out' } }])
    expect(await site.chat.actorBySession('session hash')).toBeUndefined()
    expect(await site.chat.actorBySession('other')).toBeDefined()
    await expect(site.as('alice', actor).postMessage('general', 'x')).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('without a session there is nothing to end', async () => {
    const site = await aSite({ users: ['alice'] })

    expect(await site.as('alice').do({ type: 'endSession' })).toEqual([])
  })
})

describe('setPassword', () => {
  test('ends all sessions of the user, and tokens stay', async () => {
    const site = await aSite({ users: ['alice', 'bob'] })
    await token(site)
    await session(site)
    await site.as('bob').do({ ...STARTED, sessionId: OTHER, secretHash: 'other' })

    const changes = await verifyCommand(site, 'system', { type: 'setPassword', user: 'Alice', passwordHash: 'new' })

    expect(changes.map(({ type }) => type)).toEqual(['password.changed', 'session.ended'])
    expect(changes[1]).toMatchObject({ payload: { sessionId: SESSION, reason: 'password_changed' } })
    expect(await site.chat.actorBySession('session hash')).toBeUndefined()
    expect(await site.chat.actorByToken('token hash')).toBeDefined()
    expect(await site.chat.actorBySession('other')).toBeDefined()
    expect(await site.storage.user({ username: 'alice' })).toMatchObject({ passwordHash: 'new' })
    expect(JSON.stringify(changes)).not.toContain('new')
  })

  test('of nobody it is not found', async () => {
    const site = await aSite()
    const command = { type: 'setPassword', user: 'nobody', passwordHash: 'new' } as const

    await expect(site.system.do(command)).rejects.toMatchObject({ code: 'not_found' })
  })
})

const [TOKEN, SESSION, OTHER] = [anId(9001), anId(9002), anId(9004)]
const STARTED = {
  type: 'startSession',
  sessionId: SESSION,
  secretHash: 'session hash',
  expiresAt: '2999-01-01T00:00:00.000Z',
} as const

interface TokenPlan {
  readonly user: string
  readonly tokenId: string
  readonly secretHash: string
  readonly label: string
  readonly scopes: readonly ('read' | 'write')[]
  readonly expiresAt: string
}

function token(site: TestSite, plan: Partial<TokenPlan> = {}) {
  const usual = { user: 'alice', tokenId: TOKEN, secretHash: 'token hash', label: 'bot', scopes: [] }
  return site.system.do({ type: 'createToken', ...usual, ...plan })
}

/** Alice's, by her token. */
async function session(site: TestSite, expiresAt: string = STARTED.expiresAt) {
  const actor = await site.chat.actorByToken('token hash')
  return site.as('alice', actor).do({ ...STARTED, expiresAt })
}
