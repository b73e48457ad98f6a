import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import type { Acting } from '../testing/acting.ts'
import { verifyChanges } from '../testing/verify-command.ts'

describe('endSession', () => {
  test('signing out ends the session that is used and no other', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const [alice, elsewhere] = [await site.withSession('alice'), await site.withSession('alice')]

    const changes = await verifyChanges(site, () => alice.do({ type: 'endSession' }))

    expect(changes).toMatchObject([
      { type: 'session.ended', payload: { sessionId: idOf(alice), reason: 'signed_out' } },
    ])
    await expect(alice.postMessage('general', 'x')).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(elsewhere.postMessage('general', 'x')).resolves.toBeDefined()
  })

  test('another own one is ended by its id', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const [alice, lost] = [await site.withSession('alice'), await site.withSession('alice')]

    const changes = await verifyChanges(site, () => alice.do({ type: 'endSession', sessionId: idOf(lost) }))

    expect(changes).toMatchObject([{ type: 'session.ended', payload: { sessionId: idOf(lost), reason: 'revoked' } }])
    await expect(lost.postMessage('general', 'x')).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(alice.do({ type: 'endSession', sessionId: idOf(lost) })).rejects.toMatchObject({ code: 'not_found' })
    await expect(alice.postMessage('general', 'x')).resolves.toBeDefined()
  })

  test('somebody else’s is not found, by admins neither', async () => {
    const site = await aSite({ users: ['alice'], roles: { olga: 'owner' } })
    const [alice, olga] = [await site.withSession('alice'), await site.withSession('olga')]

    await expect(olga.do({ type: 'endSession', sessionId: idOf(alice) })).rejects.toMatchObject({ code: 'not_found' })

    await expect(alice.do({ type: 'changeMe', displayName: 'A' })).resolves.toBeDefined()
  })

  test('a program that may only read ends its own session and no other', async () => {
    const site = await aSite({ users: ['alice'] })
    const alice = await site.withSession('alice')
    const [token, reader] = [
      await site.withToken('alice', ['read']),
      await site.withToken('alice', ['read'], 'session'),
    ]

    for (const program of [token, reader]) {
      await expect(program.do({ type: 'endSession', sessionId: idOf(alice) })).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
    expect(await reader.do({ type: 'endSession' })).toMatchObject([{ type: 'session.ended' }])
    await expect(alice.do({ type: 'changeMe', displayName: 'A' })).resolves.toBeDefined()
  })

  test('without a session there is nothing to end', async () => {
    const site = await aSite({ users: ['alice'] })

    expect(await site.as('alice').do({ type: 'endSession' })).toEqual([])
    expect(await (await site.withToken('alice', ['write'])).do({ type: 'endSession' })).toEqual([])
  })
})

describe('endSessions', () => {
  test('ends all sessions of the user, this one too, and tokens stay', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'] } })
    const [alice, elsewhere, bob] = await Promise.all(['alice', 'alice', 'bob'].map((name) => site.withSession(name)))
    const token = await site.withToken('alice', ['write'])
    const made = await site.withToken('alice', ['write'], 'session')

    const changes = await verifyChanges(site, () => alice?.do({ type: 'endSessions' }) ?? Promise.reject())

    expect(changes).toHaveLength(3)
    for (const { payload } of changes) expect(payload).toMatchObject({ reason: 'signed_out_everywhere' })
    for (const ended of [alice, elsewhere, made]) {
      await expect(ended?.postMessage('general', 'x')).rejects.toMatchObject({ code: 'unauthenticated' })
    }
    await expect(token.postMessage('general', 'x')).resolves.toBeDefined()
    await expect(bob?.postMessage('general', 'x')).resolves.toBeDefined()
  })

  test('also one that is begun meanwhile', async () => {
    const site = await aSite({ users: ['alice'] })
    const alice = await site.withSession('alice')
    site.beforeNextCommit(() => site.withSession('alice'))

    expect(await alice.do({ type: 'endSessions' })).toHaveLength(2)

    expect(await site.storage.sessionsOf({ userId: site.user('alice') })).toEqual([])
  })
})

function idOf({ actor }: Acting): string {
  return (actor.kind === 'user' ? actor.sessionId : undefined) ?? ''
}
