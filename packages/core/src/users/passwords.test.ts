import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { verifyChanges, verifyCommand } from '../testing/verify-command.ts'

describe('setPassword', () => {
  test('ends all sessions of the user, and tokens stay', async () => {
    const site = await aSite({ users: ['alice', 'bob'] })
    const [alice, bob] = [await site.withSession('alice'), await site.withSession('bob')]
    const token = await site.withToken('alice', ['write'])

    const changes = await verifyCommand(site, 'system', { type: 'setPassword', user: 'Alice', passwordHash: 'new' })

    expect(changes.map(({ type }) => type)).toEqual(['password.changed', 'session.ended'])
    expect(changes[1]).toMatchObject({ payload: { reason: 'password_changed' } })
    await expect(alice.do(RENAME)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(token.do(RENAME)).resolves.toBeDefined()
    await expect(bob.do(RENAME)).resolves.toBeDefined()
    expect(await site.storage.user({ username: 'alice' })).toMatchObject({ passwordHash: 'new' })
    expect(JSON.stringify(changes)).not.toContain('new')
  })

  test('also one that is begun meanwhile', async () => {
    const site = await aSite({ users: ['alice'] })
    site.beforeNextCommit(() => site.withSession('alice'))

    await site.system.do({ type: 'setPassword', user: 'alice', passwordHash: 'new' })

    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toEqual([])
  })

  test('of nobody it is not found, nor of somebody who is deleted meanwhile', async () => {
    const site = await aSite({ users: ['alice'] })
    const set = (user: string) => site.system.do({ type: 'setPassword', user, passwordHash: 'new' })
    await expect(set('nobody')).rejects.toMatchObject({ code: 'not_found' })

    site.beforeNextCommit(() => site.system.deleteUser('alice'))
    await expect(set('alice')).rejects.toMatchObject({ code: 'not_found' })

    expect(await site.storage.user({ id: site.user('alice') })).not.toHaveProperty('passwordHash')
  })
})

describe('changePassword', () => {
  test('the session in use and the tokens stay; whoever else is signed in is out', async () => {
    const site = await aSiteWithPassword()
    const [alice, elsewhere] = [await site.withSession('alice'), await site.withSession('alice')]
    const [token, made] = [
      await site.withToken('alice', ['write']),
      await site.withToken('alice', ['write'], 'session'),
    ]

    const changes = await verifyChanges(site, () => alice.do(CHANGED))

    expect(changes.map(({ type }) => type)).toEqual(['password.changed', 'session.ended', 'session.ended'])
    expect(changes[1]).toMatchObject({ payload: { reason: 'password_changed' } })
    for (const out of [elsewhere, made]) {
      await expect(out.do(RENAME)).rejects.toMatchObject({ code: 'unauthenticated' })
    }
    for (const stays of [alice, token]) await expect(stays.do(RENAME)).resolves.toBeDefined()
    expect(await site.storage.user({ username: 'alice' })).toMatchObject({ passwordHash: 'new' })
    expect(JSON.stringify(changes)).not.toMatch(/new|hash/)
  })

  test('one that is begun meanwhile with the old password ends as well', async () => {
    const site = await aSiteWithPassword()
    const alice = await site.withSession('alice')
    site.beforeNextCommit(() => site.withSession('alice'))

    await alice.do(CHANGED)

    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toHaveLength(1)
    await expect(alice.do(RENAME)).resolves.toBeDefined()
  })

  test('the password that was shown must be the one that holds when it is stored', async () => {
    const site = await aSiteWithPassword()
    const change = (currentHash: string) => site.as('alice').do({ ...CHANGED, currentHash })
    await expect(change('wrong')).rejects.toMatchObject({ code: 'unauthenticated' })

    site.beforeNextCommit(() => site.system.do({ type: 'setPassword', user: 'alice', passwordHash: 'other' }))
    await expect(change('hash')).rejects.toMatchObject({ code: 'unauthenticated' })

    expect(await site.storage.user({ username: 'alice' })).toMatchObject({ passwordHash: 'other' })
  })

  test('somebody who is suspended meanwhile changes nothing', async () => {
    const site = await aSiteWithPassword()
    site.beforeNextCommit(() => site.suspend('alice'))

    await expect(site.as('alice').do(CHANGED)).rejects.toMatchObject({ code: 'unauthenticated' })

    expect(await site.storage.user({ username: 'alice' })).toMatchObject({ passwordHash: 'hash' })
  })
})

const RENAME = { type: 'changeMe', displayName: 'Another name' } as const
const CHANGED = { type: 'changePassword', currentHash: 'hash', passwordHash: 'new' } as const

async function aSiteWithPassword(): Promise<TestSite> {
  const site = await aSite({ users: ['alice'] })
  await site.system.do({ type: 'setPassword', user: 'alice', passwordHash: 'hash' })
  return site
}
