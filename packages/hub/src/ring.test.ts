import { describe, expect, test } from 'vitest'
import { Ring, type RingLimits } from './ring.ts'
import { Slot } from './slot.ts'

const unlimited: RingLimits = { maxCount: Infinity, maxBytes: Infinity, maxAgeMs: Infinity }

describe('Ring', () => {
  test('DL2: a position that was left out or came before is refused and changes nothing', () => {
    const ring = ringOf(2)

    expect(() => ring.push(slot(4))).toThrow('expected 3, got 4')
    expect(() => ring.push(slot(2))).toThrow('expected 3, got 2')

    expect(held(ring)).toEqual([1, 2])
    expect(ring.last).toBe(2)
  })

  test('the oldest leave by count, by bytes and by age', () => {
    const { bytes } = slot(1)

    expect(ringOf(4, { maxCount: 2 }).first).toBe(3)
    expect(ringOf(4, { maxBytes: 3 * bytes }).first).toBe(2)
    expect(ringOf(4, { maxAgeMs: 1 }).first).toBe(3) // they are 1 ms apart
  })

  test('covers a reader exactly as far back as the first change that is still here', () => {
    const ring = ringOf(4, { maxCount: 2 })

    expect([0, 1, 2, 3, 4, 5].map((position) => ring.covers(position))).toEqual([false, false, true, true, true, false])
  })

  test('is empty after a start and then covers the head of the log alone', () => {
    const ring = new Ring(unlimited, 17)

    expect([16, 17, 18].map((position) => ring.covers(position))).toEqual([false, true, false])
    expect(ring.get(17)).toBeUndefined()
  })

  test('10,000 changes keep order while it grows, and while it turns over', () => {
    expect(held(ringOf(10_000))).toEqual(upTo(10_000))
    expect(held(ringOf(10_000, { maxCount: 100 }))).toEqual(upTo(10_000).slice(9_900))
  })

  test('DL2a: what is rewritten keeps its place, bytes follow, and what has left is passed over', () => {
    const ring = ringOf(4, { maxCount: 3 })
    const before = ring.bytes

    ring.rewrite(3, (old) => ({ ...old, json: `${old.json}!` }))
    ring.rewrite(1, () => {
      throw new Error('it is not here any more')
    })

    expect(ring.get(3)?.change.json).toBe('{}!')
    expect(ring.bytes).toBe(before + 2)
    expect(ring.rewrites).toBe(1)
  })

  test('DL2a: of all that are here those are rewritten of which something else is left', () => {
    const ring = ringOf(6, { maxCount: 4 })
    const seen: number[] = []

    ring.rewriteEach((old) => {
      seen.push(old.position)
      return old.position === 5 ? { ...old, json: '{"left":1}' } : old
    })

    expect(seen).toEqual([3, 4, 5, 6])
    expect([4, 5, 6].map((position) => ring.get(position)?.change.json)).toEqual(['{}', '{"left":1}', '{}'])
    expect(ring.rewrites).toBe(1)
  })
})

function ringOf(count: number, limits: Partial<RingLimits> = {}): Ring {
  const ring = new Ring({ ...unlimited, ...limits }, 0)
  for (const position of upTo(count)) ring.push(slot(position))
  return ring
}

function slot(position: number): Slot {
  return new Slot({ position, at: position, type: 'site.changed', audience: ['site'], json: '{}' }, 'e1')
}

function held(ring: Ring): number[] {
  return upTo(ring.last).filter((position) => ring.get(position)?.position === position)
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
