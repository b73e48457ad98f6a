import type { Scope } from '@suda/protocol'
import { describe, expect, test } from 'vitest'
import type { CreateToken } from '../commands.ts'
import type { DraftOf } from '../storage/drafts.ts'
import { aSite, type TestSite } from '../testing/a-site.ts'
import type { Acting } from '../testing/acting.ts'
import { commitDrafts } from '../testing/commit-drafts.ts'
import { anId } from '../testing/ports.ts'
import { verifyChanges } from '../testing/verify-command.ts'

describe('createToken', () => {
  test('a token is found by its hash and acts within its scopes', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const alice = await site.withSession('alice')

    const changes = await verifyChanges(site, () => alice.do(aToken({ scopes: ['read', 'read'] })))

    const actor = await site.chat.actorByToken('token hash')
    expect(changes).toMatchObject([{ type: 'token.created', payload: { label: 'bot', scopes: ['read'] } }])
    expect(actor).toMatchObject({ userId: site.user('alice'), via: { kind: 'token', name: 'bot' }, scopes: ['read'] })
    await expect(site.as('alice', actor).postMessage('general', 'x')).rejects.toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('write'),
    })
    expect(await site.chat.actorByToken('another hash')).toBeUndefined()
    expect(JSON.stringify(changes)).not.toContain('token hash')
  })

  test('neither a token makes one, nor a session that was made with a token, nor anybody for others', async () => {
    const site = await aSite({ users: ['bob'], roles: { olga: 'owner' } })
    const all: Scope[] = ['read', 'write', 'admin', 'metrics']
    const [token, made] = [await site.withToken('olga', all), await site.withToken('olga', all, 'session')]
    const olga = await site.withSession('olga')

    for (const program of [token, made, site.as('olga')]) {
      await expect(program.do(aToken())).rejects.toMatchObject({ code: 'forbidden' })
    }
    await expect(olga.do(aToken({ user: 'bob' }))).rejects.toMatchObject({ code: 'forbidden' })
    expect(await site.chat.tokens(olga.actor)).toHaveLength(2)
  })

  test.each(['admin', 'metrics'] as const)('the scope %s is for admins, at the moment of the commit', async (scope) => {
    const site = await aSite({ users: ['bob'], roles: { ada: 'admin', olga: 'owner' } })
    const command = aToken({ scopes: ['read', scope] })
    await expect((await site.withSession('bob')).do(command)).rejects.toMatchObject({ code: 'forbidden' })

    const ada = await site.withSession('ada')
    site.beforeNextCommit(() => site.system.changeUser('ada', { siteRole: 'member' }))
    await expect(ada.do(command)).rejects.toMatchObject({ code: 'forbidden' })
    await site.system.changeUser('ada', { siteRole: 'admin' })

    await expect(ada.do(command)).resolves.toHaveLength(1)
    const mine = aToken({ scopes: [scope], tokenId: anId(9101), secretHash: 'mine' })
    await expect((await site.withSession('olga')).do(mine)).resolves.toHaveLength(1)
  })

  test('a guest has tokens as everybody', async () => {
    const site = await aSite({ roles: { gus: 'guest' } })

    await expect((await site.withSession('gus')).do(aToken())).resolves.toHaveLength(1)
  })

  test('the 51st is refused, also of two that are made at once; expired ones do not count', async () => {
    const site = await aSite({ users: ['alice'] })
    site.shiftClock(-2)
    await site.system.do(aToken({ user: 'alice', expiresAt: new Date(Date.now() - 1000).toISOString() }))
    site.shiftClock(0)
    const make = (n: number) =>
      site.system.do(aToken({ user: 'alice', tokenId: anId(9200 + n), secretHash: `token ${n}` }))
    await haveTokens(site, 48)
    site.beforeNextCommit(() => make(49))
    await make(50)

    await expect(make(51)).rejects.toMatchObject({ code: 'validation_failed' })
    await site.as('alice').do({ type: 'deleteToken', tokenId: anId(9501) })
    site.beforeNextCommit(() => make(52))
    await expect(make(53)).rejects.toMatchObject({ code: 'validation_failed' })

    expect(await site.storage.tokensOf(site.user('alice'))).toHaveLength(50)
  })

  test('nobody unknown, suspended or without a visible label gets one, and none that is over already', async () => {
    const site = await aSite({ users: ['alice', 'bob', 'carol'] })
    await site.suspend('bob')
    const refused = async (more: Partial<CreateToken>, code: string) =>
      expect(site.system.do(aToken({ user: 'alice', ...more }))).rejects.toMatchObject({ code })

    await refused({ user: 'nobody' }, 'not_found')
    await refused({ user: 'bob' }, 'not_found')
    await refused({ label: ' ' }, 'validation_failed')
    await refused({ expiresAt: new Date(Date.now() - 1000).toISOString() }, 'validation_failed')
    site.beforeNextCommit(() => site.suspend('carol'))
    await refused({ user: 'carol' }, 'not_found')

    const all = await Promise.all(['alice', 'bob', 'carol'].map((name) => site.storage.tokensOf(site.user(name))))
    expect(all.flat()).toEqual([])
  })

  test('an expired one opens nothing, nor one of somebody suspended, until that is over', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    site.shiftClock(-2)
    await site.system.do(
      aToken({ user: 'alice', secretHash: 'old', expiresAt: new Date(Date.now() - 1).toISOString() }),
    )
    site.shiftClock(0)
    await site.system.do(aToken({ user: 'alice', tokenId: anId(9003), scopes: ['write'] }))
    const alice = site.as('alice', await site.chat.actorByToken('token hash'))
    expect(await site.chat.actorByToken('old')).toBeUndefined()

    await site.suspend('alice')
    expect(await site.chat.actorByToken('token hash')).toBeUndefined()
    expect(await site.chat.actorByName({ username: 'alice' }, { kind: 'inbox' })).toBeUndefined()
    await expect(alice.postMessage('general', 'x')).rejects.toMatchObject({ code: 'not_found' })

    await site.system.changeUser('alice', { suspended: false })
    expect(await site.chat.actorByToken('token hash')).toBeDefined()
    await expect(alice.postMessage('general', 'x')).resolves.toBeDefined()
  })
})

describe('deleteToken', () => {
  test('the sessions that were made with it end, and no others', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const [alice, made] = [await site.withSession('alice'), await site.withToken('alice', ['write'], 'session')]
    const other = await site.withToken('alice', ['write'])

    const changes = await verifyChanges(site, () => alice.do({ type: 'deleteToken', tokenId: tokenOf(made) }))

    expect(changes.map(({ type }) => type)).toEqual(['token.deleted', 'session.ended'])
    expect(changes[1]).toMatchObject({ payload: { reason: 'token_deleted' } })
    await expect(made.postMessage('general', 'x')).rejects.toMatchObject({ code: 'unauthenticated' })
    for (const stays of [alice, other]) await expect(stays.postMessage('general', 'x')).resolves.toBeDefined()
  })

  test('so does one that is begun meanwhile, and none is begun after', async () => {
    const site = await aSite({ users: ['alice'] })
    const token = await site.withToken('alice', ['write'])
    const start = (n: number) =>
      token.do({ type: 'startSession', sessionId: anId(9300 + n), secretHash: `session ${n}` })
    site.beforeNextCommit(() => start(1))

    const changes = await site.as('alice').do({ type: 'deleteToken', tokenId: tokenOf(token) })

    expect(changes.map(({ type }) => type)).toEqual(['token.deleted', 'session.ended'])
    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toEqual([])
    await expect(start(2)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('somebody else’s is not found, nor one that is gone', async () => {
    const site = await aSite({ users: ['alice'], roles: { olga: 'owner' } })
    const token = await site.withToken('alice', ['write'])
    const remove = (name: string) => site.as(name).do({ type: 'deleteToken', tokenId: tokenOf(token) })

    await expect(remove('olga')).rejects.toMatchObject({ code: 'not_found' })
    await remove('alice')
    await expect(remove('alice')).rejects.toMatchObject({ code: 'not_found' })
    await expect(site.chat.tokens(site.as('alice').actor)).resolves.toEqual([])
  })
})

function aToken(more: Partial<CreateToken> = {}): CreateToken {
  const usual = { user: 'me', tokenId: anId(9001), secretHash: 'token hash', label: 'bot', scopes: [] }
  return { type: 'createToken', ...usual, ...more }
}

/** Of alice's. */
function haveTokens(site: TestSite, count: number) {
  const userId = site.user('alice')
  const drafts = Array.from({ length: count }, (_, n): DraftOf<'token.created'> => {
    const token = { id: anId(9501 + n), secretHash: `had ${n}`, label: 'bot', scopes: [] }
    return { type: 'token.created', audience: ['server', `user:${userId}`], userId, token }
  })
  return commitDrafts(site.storage, drafts)
}

function tokenOf({ actor }: Acting): string {
  return (actor.kind === 'user' ? actor.tokenId : undefined) ?? ''
}
