/** Invites: how they are found, used and end. */

import { expect } from 'vitest'
import type { Storage } from '../storage.ts'
import { code, expectRace } from './race.ts'
import type { Part } from './suite.ts'
import {
  aName,
  AN_HOUR_AGO,
  aUser,
  commit,
  inviteCreated,
  inviteDeleted,
  inviteUsed,
  newId,
  parsed,
  profileChanged,
  refusal,
  userCreated,
} from './world.ts'

export const invites: Part = (rule) => {
  rule('ST56: an invite is found by its id and by the hash of its code, which is in no change', async ({ storage }) => {
    const alice = await aUser(storage)
    const roomId = newId()
    const draft = inviteCreated(alice, { role: 'guest', roomId, uses: 3 })
    const { changes } = await commit(storage, [draft])

    const { id, codeHash, ...rest } = draft.invite
    const change = parsed(changes[0], 'invite.created')
    expect(change.payload).toEqual({ inviteId: id, ...rest })
    const invite = { id, createdBy: alice, ...rest, used: 0, createdAt: change.at }
    expect(await storage.invite({ id })).toEqual(invite)
    expect(await storage.invite({ codeHash })).toEqual(invite)
    expect(await storage.invites(alice)).toEqual([invite])
    expect(await storage.invite({ id: codeHash })).toBeUndefined()
    expect(await storage.invite({ codeHash: newId() })).toBeUndefined()
    expect(JSON.stringify(changes)).not.toContain(codeHash)
  })

  rule('ST56: those that have expired or are used up are in no read; the others are listed', async ({ storage }) => {
    const [alice, bob] = [await aUser(storage), await aUser(storage)]
    const [endless, twice] = [inviteCreated(alice), inviteCreated(bob, { uses: 2 })]
    const [old, once] = [inviteCreated(alice, { expiresAt: AN_HOUR_AGO() }), inviteCreated(alice, { uses: 1 })]
    await commit(storage, [endless, twice, old, once, inviteUsed(endless), inviteUsed(twice), inviteUsed(once)])

    for (const { invite } of [old, once]) {
      expect(await storage.invite({ id: invite.id })).toBeUndefined()
      expect(await storage.invite({ codeHash: invite.codeHash })).toBeUndefined()
    }
    expect(await storage.invites(alice)).toMatchObject([{ id: endless.invite.id, used: 1 }])
    expect((await storage.invites(alice))[0]).not.toHaveProperty('uses')
    expect(await storage.invites(bob)).toMatchObject([{ id: twice.invite.id, used: 1, uses: 2 }])
    expect(await storage.invites(newId())).toEqual([])
    expect(await idsOf(storage)).toEqual([endless.invite.id, twice.invite.id].sort())
  })

  rule('ST56: an id or a code that is in use is a conflict', async ({ storage }) => {
    const alice = await aUser(storage)
    const { userId, invite } = inviteCreated(alice)
    await commit(storage, [inviteCreated(alice, invite)])

    expect(await refusal(commit(storage, [inviteCreated(userId, { id: invite.id })]))).toBe('conflict')
    expect(await storage.invite({ codeHash: invite.codeHash })).toMatchObject({ id: invite.id })
  })

  rule('ST57: each use is counted and tells how many there were', async ({ storage }) => {
    const alice = await aUser(storage)
    const draft = inviteCreated(alice)
    await commit(storage, [draft])

    const { changes } = await commit(storage, [inviteUsed(draft), inviteUsed(draft)])

    const inviteId = draft.invite.id
    expect(changes.map((change) => parsed(change, 'invite.used').payload)).toEqual([
      { inviteId, used: 1 },
      { inviteId, used: 2 },
    ])
    expect(changes[0]).toMatchObject({ userId: alice })
    expect(await storage.invite({ id: inviteId })).toMatchObject({ used: 2 })
  })

  rule(
    'ST57: a deleted invite is gone, deleting it again makes no change, and it cannot be used',
    async ({ storage }) => {
      const [alice, bob] = [await aUser(storage), await aUser(storage)]
      const draft = inviteCreated(alice)
      await commit(storage, [draft])
      expect(await commit(storage, [inviteDeleted({ ...draft, userId: bob })])).toMatchObject({ changes: [] })

      const { changes } = await commit(storage, [inviteDeleted(draft)])

      expect(parsed(changes[0], 'invite.deleted').payload).toEqual({ inviteId: draft.invite.id })
      expect(await storage.invite({ id: draft.invite.id })).toBeUndefined()
      expect(await storage.invites()).toEqual([])
      expect(await commit(storage, [inviteDeleted(draft)])).toMatchObject({ changes: [] })
      expect(await refusal(commit(storage, [inviteUsed(draft)]))).toBe('not_found')
    },
  )

  rule('ST58: `invite` holds while it can be used and whoever made it is active', async ({ storage }) => {
    const alice = await aUser(storage)
    const [draft, old] = [inviteCreated(alice, { uses: 2 }), inviteCreated(alice, { expiresAt: AN_HOUR_AGO() })]
    await commit(storage, [draft, old])
    const invite = (inviteId: string) => code(storage, { kind: 'invite', inviteId })

    expect(await invite(draft.invite.id)).toBe('accepted')
    expect(await invite(old.invite.id)).toBe('invite_invalid')
    expect(await invite(newId())).toBe('invite_invalid')
    await commit(storage, [inviteUsed(draft), profileChanged(alice, { suspended: true })])
    expect(await invite(draft.invite.id)).toBe('invite_invalid')
    await commit(storage, [profileChanged(alice, { suspended: false })])
    expect(await invite(draft.invite.id)).toBe('accepted')
    await commit(storage, [inviteUsed(draft)])
    expect(await invite(draft.invite.id)).toBe('invite_invalid')
  })

  rule('ST58: of several who come at once by the last use of an invite one comes in', async ({ storage }) => {
    const draft = inviteCreated(await aUser(storage), { uses: 1 })
    await commit(storage, [draft])
    const before = await storage.head()

    const ends = await Promise.all(
      [1, 2, 3].map(() => refusal(commit(storage, [userCreated(aName()), inviteUsed(draft)], [lets(draft)]))),
    )

    expect(ends.sort()).toEqual(['accepted', 'invite_invalid', 'invite_invalid'])
    expect((await storage.head()).position).toBe(before.position + 2)
  })

  rule(
    'ST58: who comes by an invite that is deleted meanwhile comes before that or not at all',
    async ({ storage }) => {
      const draft = inviteCreated(await aUser(storage))
      await commit(storage, [draft])

      await expectRace(storage, {
        precondition: lets(draft),
        guarded: () => userCreated(aName()),
        breaker: inviteDeleted(draft),
        mender: draft,
        code: 'invite_invalid',
      })
    },
  )
}

function lets({ invite }: ReturnType<typeof inviteCreated>) {
  return { kind: 'invite', inviteId: invite.id } as const
}

async function idsOf(storage: Storage): Promise<string[]> {
  return (await storage.invites()).map(({ id }) => id).sort()
}
