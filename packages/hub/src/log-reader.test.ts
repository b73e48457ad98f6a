import { expect, test, vi } from 'vitest'
import { LogReader, slotOf, type Replay } from './log-reader.ts'

test('a stretch that is at hand is not read again, but for what was taken back in it (DL2a)', async () => {
  const { reader, replay } = aReader()
  await reader.after(3)
  await reader.after(12)
  expect(replay).toHaveBeenCalledTimes(2)

  const first = await reader.after(7)
  reader.rewritten(15)
  expect(reader.isStale(first)).toBe(false)
  await reader.after(5)
  expect(replay).toHaveBeenCalledTimes(2)
  await reader.after(12)

  expect(replay).toHaveBeenCalledTimes(3)
})

test.each([11, 20])('DL2a: position %i at the border of a stretch makes it stale', async (position) => {
  const { reader } = aReader()
  const [before, its, behind] = await Promise.all([reader.after(3), reader.after(13), reader.after(23)])

  reader.rewritten(position)

  expect([before, its, behind].map((stretch) => reader.isStale(stretch))).toEqual([false, true, false])
})

test('DL2a: a stretch that is held by a reader alone grows stale as well, however much is taken back meanwhile', async () => {
  const { reader } = aReader()
  const [stretch, other] = [await reader.after(3), await reader.after(13)]
  for (let position = 20; position < 100; position += 10) await reader.after(position)

  reader.rewritten(5)
  expect([stretch, other].map((one) => reader.isStale(one))).toEqual([true, false])
  for (let count = 0; count < 5_000; count++) reader.rewritten(1_000)

  expect([stretch, other].map((one) => reader.isStale(one))).toEqual([true, true])
  expect(reader.isStale(await reader.after(13))).toBe(false)
})

test('DL2a: once a user is deleted nothing is told of what was read before, and nothing read after has the names', async () => {
  const named = { id: 'carol', username: 'carol', displayName: 'Carol', kind: 'human', revision: 1 } as const
  const { reader, replay } = aReader(JSON.stringify({ type: 'user.changed', payload: { user: named } }))
  const before = await reader.after(3)
  expect(before.slots[0]?.change.json).toContain('Carol')

  const card = { id: 'carol', kind: 'human', revision: 2, deletedAt: '2026-01-01T00:00:00.000Z' } as const
  reader.deleted(card)
  const after = await reader.after(3)

  expect([before, after].map((stretch) => reader.isStale(stretch))).toEqual([true, false])
  expect(replay).toHaveBeenCalledTimes(2)
  expect(after.slots.map(({ change }) => JSON.parse(change.json))).toEqual(
    Array.from({ length: 10 }, () => ({ type: 'user.changed', payload: { user: card } })),
  )
  reader.rewritten(5)
  expect(reader.isStale(after)).toBe(true)
})

test('holds a few stretches only', async () => {
  const { reader, replay } = aReader()
  for (let position = 0; position < 100; position += 10) await reader.after(position)
  replay.mockClear()

  await reader.after(90)
  expect(replay).not.toHaveBeenCalled()
  await reader.after(0)

  expect(replay).toHaveBeenCalledTimes(1)
})

test('a read that fails is tried again for the next one who asks', async () => {
  const { reader, replay } = aReader()
  replay.mockRejectedValueOnce(new Error('busy'))

  await expect(reader.after(3)).rejects.toThrow('busy')

  expect(slotOf(await reader.after(3), 4)?.position).toBe(4)
})

function aReader(json = '{}') {
  const replay = vi.fn<Replay>(async (position, limit) =>
    Array.from({ length: limit }, (_, index) => ({
      position: position + 1 + index,
      at: 0,
      type: 'site.changed',
      audience: ['site'],
      json,
    })),
  )
  return { reader: new LogReader({ epoch: 'e1', replay, batch: 10, reads: 4 }), replay }
}
