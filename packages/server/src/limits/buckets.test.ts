import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Buckets } from './buckets.ts'
import type { Pace } from './pace.ts'

const pace: Pace = { count: 5, perMs: 1_000, burst: 20 }

describe('a bucket', () => {
  test('gives as many at once as it holds, and then as many as come back', () => {
    const { buckets, pass } = someBuckets()

    expect(Array.from({ length: 20 }, () => buckets.take('a'))).toEqual(Array.from({ length: 20 }, () => 0))
    expect(buckets.take('a')).toBeCloseTo(0.2)
    expect(buckets.take('b')).toBe(0)
    pass(150)
    expect(buckets.take('a')).toBeCloseTo(0.05)
    pass(50)
    expect(buckets.wait('a')).toBe(0)
    expect(buckets.take('a')).toBe(0)
    expect(buckets.wait('a')).toBeCloseTo(0.2)
  })

  test('says what was taken of it, and may be drained beyond what it holds without a longer wait', () => {
    const { buckets, pass } = someBuckets()
    for (let index = 0; index < 30; index++) buckets.drain('a')

    expect(buckets.taken('a')).toBeCloseTo(20)
    expect(buckets.wait('a')).toBeCloseTo(0.2)
    pass(1_000)
    expect(buckets.taken('a')).toBeCloseTo(15)
    pass(60_000)
    expect(buckets.taken('a')).toBe(0)
  })

  test('that is owed to has those wait who come next, up to what may be owed', () => {
    const { buckets, pass } = someBuckets()
    for (let index = 0; index < 100; index++) buckets.drain('a', 10)

    expect(buckets.wait('a')).toBeCloseTo(2.2)
    pass(2_200)
    expect(buckets.take('a')).toBe(0)
  })

  test('never gives more in any window than its pace and burst', () => {
    fc.assert(
      fc.property(aPace, fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (anyPace, pauses) => {
        const { buckets, pass, time } = someBuckets(anyPace)
        const given: number[] = []
        for (const pause of pauses) {
          pass(pause)
          if (buckets.take('a') === 0) given.push(time())
        }
        for (const [first, from] of given.entries()) {
          for (const [count, to] of given.slice(first).entries()) {
            expect(count + 1).toBeLessThanOrEqual(((to - from) * anyPace.count) / anyPace.perMs + anyPace.burst + 0.01)
          }
        }
      }),
    )
  })

  test('gives one after exactly the wait that it told, and none much before', () => {
    fc.assert(
      fc.property(aPace, fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 100 }), (anyPace, pauses) => {
        const { buckets, pass } = someBuckets(anyPace)
        for (const pause of pauses) {
          pass(pause)
          buckets.take('a')
        }
        const waitMs = buckets.wait('a') * 1_000
        fc.pre(waitMs > 1)
        pass(waitMs - 1)
        expect(buckets.wait('a')).toBeGreaterThan(0)
        pass(1)
        expect(buckets.take('a')).toBe(0)
      }),
    )
  })
})

describe('of all buckets', () => {
  test('an empty one survives a flood of other names, in bounded memory', () => {
    const { buckets, pass } = someBuckets(pace, 500)
    for (let index = 0; index < 20; index++) buckets.take('victim')

    for (let index = 0; index < 10_000; index++) {
      buckets.take(`stranger ${index}`)
      if (index % 100 === 0) pass(1)
    }
    expect(buckets.size).toBeLessThanOrEqual(500)
    expect(buckets.take('victim')).toBeGreaterThan(0)
  })

  test('strangers share one where all are in use, and the others keep their own', () => {
    const { buckets } = someBuckets(pace, 10)
    for (let index = 0; index < 10; index++) buckets.take(`user ${index}`)
    for (let index = 0; index < 20; index++) buckets.take(`stranger ${index}`)

    expect(buckets.take('another stranger')).toBeGreaterThan(0)
    expect(buckets.take('user 3')).toBe(0)
  })

  test('full ones make room, whatever came before', () => {
    const steps = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 0, max: 300 })), { maxLength: 300 })
    fc.assert(
      fc.property(steps, (taken) => {
        const { buckets, pass } = someBuckets({ count: 1, perMs: 100, burst: 3 }, 8)
        for (const [key, pause] of taken) {
          pass(pause)
          buckets.take(String(key))
          expect(buckets.size).toBeLessThanOrEqual(8)
        }
        pass(1_000)
        for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) expect(buckets.take(name)).toBe(0)
      }),
    )
  })
})

const aPace: fc.Arbitrary<Pace> = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  perMs: fc.constantFrom(1_000, 3_000, 60_000),
  burst: fc.integer({ min: 1, max: 50 }),
})

function someBuckets(given: Pace = pace, maxKeys?: number) {
  let time = 1_000
  const buckets = new Buckets(given, { now: () => time, ...(maxKeys !== undefined && { maxKeys }) })
  return {
    buckets,
    time: () => time,
    pass: (ms: number) => {
      time += ms
    },
  }
}
