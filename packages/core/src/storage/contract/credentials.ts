/** Sessions that are used, tokens of a user, and the list of all accounts. */

import { expect, vi } from 'vitest'
import type { Part } from './suite.ts'
import {
  AN_HOUR_AGO,
  aUser,
  commit,
  newId,
  parsed,
  profileChanged,
  sessionEnded,
  sessionRenewed,
  sessionStarted,
  tokenCreated,
  userCreated,
  userDeleted,
} from './world.ts'

const IN_TWO_HOURS = () => new Date(Date.now() + 7_200_000).toISOString()

export const credentials: Part = (rule) => {
  rule(
    'ST53: a session tells when and from where it was begun, and a renewed one lives longer',
    async ({ storage }) => {
      const alice = await aUser(storage)
      const draft = sessionStarted(alice, { address: '192.0.2.1', userAgent: 'curl' })
      const { changes } = await commit(storage, [draft])
      const { id, secretHash } = draft.session
      const begunAt = parsed(changes[0], 'session.started').at
      const started = { id, address: '192.0.2.1', createdAt: begunAt, lastUsedAt: begunAt }
      expect(await storage.session(secretHash)).toMatchObject({ session: started })
      expect(JSON.stringify(changes)).not.toContain('192.0.2.1')

      await later()
      const expiresAt = IN_TWO_HOURS()
      const renewal = await commit(storage, [sessionRenewed(alice, id, expiresAt)])

      const change = parsed(renewal.changes[0], 'session.renewed')
      expect(change.payload).toEqual({ sessionId: id, expiresAt })
      expect(change.at > begunAt).toBe(true)
      const renewed = { ...started, expiresAt, lastUsedAt: change.at }
      expect(await storage.session(secretHash)).toMatchObject({ session: renewed })
      expect(await storage.sessionsOf({ userId: alice })).toMatchObject([renewed])
    },
  )

  rule(
    'ST53: to renew a session that has ended, expired or is of somebody else makes no change',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const [ended, expired, lives] = [
        sessionStarted(alice),
        sessionStarted(alice, { expiresAt: AN_HOUR_AGO() }),
        sessionStarted(alice),
      ]
      await commit(storage, [ended, expired, lives, sessionEnded(alice, ended.session.id)])

      const { changes } = await commit(storage, [
        sessionRenewed(alice, ended.session.id),
        sessionRenewed(alice, expired.session.id),
        sessionRenewed(bob, lives.session.id),
        sessionRenewed(alice, newId()),
      ])

      expect(changes).toEqual([])
      expect(await storage.session(ended.session.secretHash)).toBeUndefined()
      expect(await storage.session(expired.session.secretHash)).toBeUndefined()
      expect(await storage.session(lives.session.secretHash)).toMatchObject({
        session: { expiresAt: lives.session.expiresAt },
      })
    },
  )

  rule('ST54: tokens of a user are those that live, newest first', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const [first, second] = [
      tokenCreated(alice, { label: 'first', scopes: ['read', 'write'] }),
      tokenCreated(alice, { label: 'second', expiresAt: IN_TWO_HOURS() }),
    ]
    const { changes } = await commit(storage, [first, tokenCreated(bob)])
    await later()
    await commit(storage, [second, tokenCreated(alice, { expiresAt: AN_HOUR_AGO() })])

    const { id, label, scopes } = first.token
    const createdAt = parsed(changes[0], 'token.created').at
    expect(await storage.tokensOf(alice)).toEqual([
      expect.objectContaining({ id: second.token.id, expiresAt: second.token.expiresAt }),
      { id, userId: alice, label, scopes, createdAt },
    ])
    expect(await storage.tokensOf(newId())).toEqual([])
  })

  rule('ST55: accounts are all users but the deleted, by user name, in pages, each once', async ({ storage }) => {
    const drafts = ['mia', 'bob', 'zoe', 'al', 'eve'].map((name) => userCreated(name))
    await commit(storage, drafts)
    const [mia, bob] = drafts.map(({ userId }) => userId)
    await commit(storage, [profileChanged(mia ?? '', { suspended: true }), userDeleted(bob ?? '')])

    const names: string[] = []
    let page = await storage.users({ limit: 2 })
    names.push(...page.users.map(({ username }) => username))
    while (page.more !== undefined) {
      page = await storage.users({ limit: 2, after: page.more })
      expect(page.users).not.toEqual([])
      names.push(...page.users.map(({ username }) => username))
    }

    expect(names).toEqual(['al', 'eve', 'mia', 'zoe'])
    const all = await storage.users({ limit: 4 })
    expect(all).not.toHaveProperty('more')
    expect(all.users[2]).toEqual((await storage.user({ id: mia ?? '' }))?.user)
    expect(all.users[2]).toMatchObject({ suspendedAt: expect.any(String) })
  })
}

/** What is committed now is younger than what was before. */
async function later(): Promise<void> {
  const before = Date.now()
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(before + 1), { interval: 1 })
}
