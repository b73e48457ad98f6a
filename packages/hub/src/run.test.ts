import { describe, expect, test } from 'vitest'
import { sseShape } from './frame.ts'
import { Run } from './run.ts'
import { Slot } from './slot.ts'

describe('Run', () => {
  test('DL11: the same items in the same order are the same run, and other ones are not', () => {
    const [a, b] = [slot(1), slot(2)]
    const root = Run.empty()

    const first = root.with(a)
    expect(root.with(a)).toBe(first)
    const both = first.with(b)
    expect(first.with(b)).toBe(both)
    const other = root.with(b)

    expect(other).not.toBe(both)
    expect([both.first, both.count, both.bytes]).toEqual([1, 2, a.bytes + b.bytes])
    expect([other.first, other.count]).toEqual([2, 1])
    expect(root.isEmpty).toBe(true)
  })

  test('DL11: the frames of a run are joined once for all who wait for it', () => {
    const run = Run.empty().with(slot(1)).with(slot(2))

    const joined = run.join(sseShape, 0)

    expect(joined?.toString()).toBe('id: e1.1\ndata: {"n":1}\n\nid: e1.2\ndata: {"n":2}\n\n')
    expect(run.join(sseShape, 0)).toBe(joined)
  })

  test('DL2a: what was joined before a slot was rewritten is joined again', () => {
    const [a, b] = [slot(1), slot(2)]
    const run = Run.empty().with(a).with(b)
    run.join(sseShape, 0)

    a.rewrite({ ...a.change, type: 'void', audience: ['server'] })

    expect(run.join(sseShape, 1)?.toString()).toBe('id: e1.2\ndata: {"n":2}\n\n')
    b.rewrite({ ...b.change, type: 'void', audience: ['server'] })
    expect(run.join(sseShape, 2)).toBeUndefined()
  })
})

function slot(position: number): Slot {
  return new Slot({ position, at: 0, type: 'site.changed', audience: ['site'], json: `{"n":${position}}` }, 'e1')
}
