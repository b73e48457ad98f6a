import { expect, test, vi } from 'vitest'
import { aSite } from './testing/a-site.ts'

test('ST14: of the same request twice at once neither meets the effect of the other', async () => {
  const site = await aSite({ rooms: { plans: { private: true, members: ['bob'] } } })
  const { id: roomId } = await site.room('plans', 'bob')
  const idempotency = { key: 'a-key', requestHash: 'a-hash' }
  const leave = () => site.as('bob').do({ type: 'removeMember', room: roomId, user: 'me' }, { idempotency })
  const left = await leave()
  // As it was when the second one looked, before the first was stored.
  vi.spyOn(site.storage, 'keptAnswer').mockResolvedValueOnce(undefined)

  expect(await leave()).toEqual(left)
  expect(left).toMatchObject([{ type: 'member.left' }])
})

test('a refusal under a key that stands for nothing stays a refusal', async () => {
  const site = await aSite({ rooms: { plans: { private: true, members: ['bob'] } }, users: ['carol'] })
  const idempotency = { key: 'a-key', requestHash: 'a-hash' }

  const attempt = site.as('carol').do({ type: 'removeMember', room: 'plans', user: 'me' }, { idempotency })

  await expect(attempt).rejects.toMatchObject({ code: 'not_found' })
})
