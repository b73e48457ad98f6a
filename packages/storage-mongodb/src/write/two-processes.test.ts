import { randomUUID } from 'node:crypto'
import type { Draft, Precondition } from '@suda/core/storage'
import { expect, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import type { MongoStorage } from '../mongo-storage.ts'
import { aRoom, aStorage, codeOfRefusal, freely } from '../testing/a-storage.ts'

const AHEAD = '2999-01-01T00:00:00.000Z'

async function twoProcesses(): Promise<[MongoStorage, MongoStorage]> {
  const url = mongoUrl()
  return [await aStorage({ url }), await aStorage({ url })]
}

test('of several who come by an invite at two processes at once no more come in than it is for', async () => {
  const both = await twoProcesses()
  const { userId } = await aRoom(both[0])
  const [inviteId, codeHash] = [randomUUID(), 'hash']
  const invite = { id: inviteId, codeHash, role: 'guest', uses: 3, expiresAt: AHEAD } as const
  await both[0].commit([{ type: 'invite.created', audience: ['server'], userId, invite }], freely())
  const used: Draft = { type: 'invite.used', audience: ['server'], userId, inviteId }

  const tries = Array.from({ length: 10 }, (_, n) => both[n % 2 === 0 ? 0 : 1])
  const outcomes = await Promise.all(
    tries.map((storage) => codeOfRefusal(storage.commit([used], freely([{ kind: 'invite', inviteId }])))),
  )

  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(3)
  expect(outcomes.filter((outcome) => outcome === 'invite_invalid')).toHaveLength(7)
  expect(await both[1].invite({ codeHash })).toBeUndefined()
})

test('of a session that begins at one process and the deletion of its user at another only one is stored', async () => {
  const both = await twoProcesses()
  for (let round = 0; round < 5; round++) {
    const { userId } = await aRoom(both[0])
    const [id, secretHash] = [randomUUID(), randomUUID()]
    const session = { id, secretHash, expiresAt: AHEAD }
    const started: Draft = { type: 'session.started', audience: ['server'], userId, session }
    const deleted: Draft = { type: 'user.deleted', audience: ['site'], userId }
    const noOther: Precondition = { kind: 'noOther', of: 'session', owner: { userId }, ids: [] }

    const [deletion, start] = await Promise.all([
      codeOfRefusal(both[0].commit([deleted], freely([noOther]))),
      codeOfRefusal(both[1].commit([started], freely([{ kind: 'active', userId }]))),
    ])

    expect([
      ['accepted', 'not_found'],
      ['stale', 'accepted'],
    ]).toContainEqual([deletion, start])
    expect((await both[0].session(secretHash)) === undefined).toBe(start === 'not_found')
  }
})
