import { expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { anId } from '../testing/ports.ts'

test('one sees the own sessions, the one in use first, and no secret', async () => {
  const site = await aSite({ users: ['alice', 'bob'] })
  const alice = await site.withSession('alice')
  const session = { sessionId: anId(9001), secretHash: 'secret', userAgent: 'Browser' }
  await site.as('alice', { address: '192.0.2.1' }).do({ type: 'startSession', ...session })
  await site.withSession('bob')

  const sessions = await site.chat.sessions(alice.actor)

  expect(sessions).toMatchObject([
    { id: alice.actor.kind === 'user' ? alice.actor.sessionId : '', isCurrent: true },
    { id: anId(9001), isCurrent: false, userAgent: 'Browser', address: '192.0.2.1' },
  ])
  expect(JSON.stringify(sessions)).not.toContain('secret')
  expect((await site.chat.sessions(site.as('alice').actor)).map(({ isCurrent }) => isCurrent)).toEqual([false, false])
})

test('one that has ended or expired is not seen', async () => {
  const site = await aSite({ users: ['alice'] })
  site.shiftClock(-15)
  await site.as('alice').do({ type: 'startSession', sessionId: anId(9001), secretHash: 'expired' })
  site.shiftClock(0)
  const alice = await site.withSession('alice')
  const other = await site.withSession('alice')
  await other.do({ type: 'endSession' })

  expect(await site.chat.sessions(alice.actor)).toHaveLength(1)
})
