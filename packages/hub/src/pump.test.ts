import type { CommittedChange } from '@suda/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { pumpFeed } from './pump.ts'

test('DL2: whatever the feed leaves out, repeats or swaps, the target gets each change once and in order', async () => {
  const batches = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }), { maxLength: 12 })

  await fc.assert(
    fc.asyncProperty(batches, fc.nat(10), async (fed, head) => {
      const target = aTarget(head)

      await pumpFeed({ target, feed: feedOf(fed), replay })

      const last = Math.max(head, ...fed.flat())
      expect(target.pushed).toEqual(positions(head + 1, last))
    }),
  )
})

test('ends with the error of the feed, and with that of the log', async () => {
  async function* broken(): AsyncGenerator<readonly CommittedChange[]> {
    yield [change(1)]
    throw new Error('the writer is gone')
  }
  const target = aTarget(0)

  await expect(pumpFeed({ target, feed: broken(), replay })).rejects.toThrow('the writer is gone')
  expect(target.pushed).toEqual([1])
  await expect(pumpFeed({ target, feed: feedOf([[9]]), replay: async () => [] })).rejects.toThrow(
    'the log has nothing at 2',
  )
})

function aTarget(head: number) {
  const pushed: number[] = []
  return {
    pushed,
    get head() {
      return head + pushed.length
    },
    push(changes: readonly CommittedChange[]) {
      for (const { position } of changes) {
        if (position !== this.head + 1) throw new RangeError(`expected ${this.head + 1}, got ${position}`)
        pushed.push(position)
      }
    },
  }
}

async function* feedOf(batches: readonly (readonly number[])[]): AsyncGenerator<readonly CommittedChange[]> {
  for (const batch of batches) yield batch.map(change)
}

async function replay(position: number, limit: number): Promise<readonly CommittedChange[]> {
  return positions(position + 1, position + Math.min(limit, 3)).map(change)
}

function change(position: number): CommittedChange {
  return { position, at: 0, type: 'site.changed', audience: ['site'], json: '{}' }
}

function positions(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}
