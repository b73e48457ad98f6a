import { expect, test } from 'vitest'
import type { Change, ChangeType } from './changes.ts'
import type { UserCard } from './entities.ts'
import { redactUser, type DeletedCard } from './redact-user.ts'

const alice: UserCard = { id: 'a', username: 'alice', displayName: 'Alice', kind: 'human', revision: 3 }
const bob: UserCard = { id: 'b', username: 'bob', displayName: 'Bob', kind: 'human', revision: 1 }
const gone: DeletedCard = { id: 'a', kind: 'human', revision: 4, deletedAt: '2026-01-01T00:00:00.000Z' }

test.each(['message.posted', 'message.edited', 'message.deleted', 'member.joined', 'member.changed'] as const)(
  'DL2a: of the cards of a %s that of the deleted user alone is replaced, in its place',
  (type) => {
    const change = aChange(type, { users: [bob, alice], message: { text: 'hello @alice', authorId: 'a' } })

    expect(redacted(change)).toEqual({ ...change, payload: { ...change.payload, users: [bob, gone] } })
  },
)

test.each(['user.created', 'user.changed'] as const)('DL2a: the card of a %s is replaced', (type) => {
  const change = aChange(type, { user: alice })

  expect(redacted(change)).toEqual({ ...change, payload: { user: gone } })
})

test.each([
  ['that names nobody', aChange('site.changed', { site: { name: 'a' } })],
  ['of somebody else', aChange('user.changed', { user: bob })],
  ['that names the user in passing', aChange('message.posted', { users: [bob], mentioned: { userIds: ['a'] } })],
  ['that was redacted before', aChange('member.joined', { users: [gone, bob] })],
  ['that is the deletion itself', aChange('user.deleted', { user: gone })],
  ['of a profile, which is voided as a whole', aChange('profile.changed', { user: alice })],
])('a change %s stays to the letter', (_what, change) => {
  const json = ` ${JSON.stringify(change)}`

  expect(redactUser(json, gone)).toBe(json)
})

test('twice is as once', () => {
  const json = JSON.stringify(aChange('message.posted', { users: [alice] }))

  const once = redactUser(json, gone)

  expect(redactUser(once, gone)).toBe(once)
})

function aChange(type: ChangeType, payload: object) {
  return { position: 7, at: '2026-01-01T00:00:00.000Z', type, roomId: 'r', payload }
}

function redacted(change: object): Change {
  const parsed: Change = JSON.parse(redactUser(JSON.stringify(change), gone))
  return parsed
}
