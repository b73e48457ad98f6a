/** Nothing acknowledged is lost, and nothing lost was acknowledged, whatever fails under the writer. */

import { describe, expect, test } from 'vitest'
import type { SqliteStorage } from './index.ts'
import { aFolder, aRoom, aStorage } from './testing/a-storage.ts'
import { freely, posting } from './testing/drafts.ts'
import { until } from './testing/until.ts'

const faults = { moduleUrl: new URL('./testing/faults.ts', import.meta.url).href }
const quick = { tickMs: 20, restartMs: 100 }

describe('a full disk', () => {
  // Each message takes about two pages, so growing room by room the disk fills up at each command of the group in turn.
  test.each([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22])(
    'with room for %i pages loses no acknowledged command',
    async (pages) => {
      const storage = await aRoom({ faults, limits: { ...quick, walFrames: 1_000_000 } })
      await say(storage, `pages +${pages}`)

      const told = await Promise.allSettled(upTo(12).map((n) => say(storage, `${n}`.repeat(3_000), `m${n}`)))

      const stored = await storedOf(
        storage,
        upTo(12).map((n) => `m${n}`),
      )
      expect(stored).toEqual(
        upTo(12)
          .filter((_, i) => told[i]?.status === 'fulfilled')
          .map((n) => `m${n}`),
      )
      for (const one of told) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'storage_full' })
    },
  )

  test('takes the whole group along, is told by the status, and is over when there is room again', async () => {
    const storage = await aRoom({ faults, limits: quick })
    await say(storage, 'pages +1')
    const { position } = await storage.head()

    const told = await Promise.allSettled(upTo(12).map((n) => say(storage, 'x'.repeat(5_000), `m${n}`)))

    expect(told.map((one) => one.status)).toEqual(upTo(12).map(() => 'rejected'))
    expect(storage.status().fault).toBe('storage_full')
    expect((await storage.head()).position).toBe(position)
    await say(storage, 'pages +9999', 'small').catch(() => {})
    await until(() => storage.status().fault === undefined)
    expect((await say(storage, 'after')).changes).toMatchObject([{ type: 'message.posted' }])
  })
})

describe('a commit that fails', () => {
  test('fails every command of its group, and none of the next', async () => {
    const storage = await aRoom({ faults, limits: quick })
    const { position } = await storage.head()

    const told = await Promise.allSettled([
      say(storage, 'one', 'm1'),
      say(storage, 'commit fails', 'm2'),
      say(storage, 'three', 'm3'),
    ])

    expect(told.map((one) => one.status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await storedOf(storage, ['m1', 'm2', 'm3'])).toEqual([])
    expect((await say(storage, 'next', 'm1')).changes).toMatchObject([{ position: position + 1 }])
    expect(storage.status().fault).toBeUndefined()
  })
})

describe('a writer thread that dies', () => {
  test('before its commit: nothing of the group is stored, the feed says why it ends, and it is started again', async () => {
    const storage = await aRoom({ faults, limits: quick })
    const feed = storage.feed((await storage.head()).position)[Symbol.asyncIterator]()
    const next = feed.next()

    const told = await Promise.allSettled([say(storage, 'one', 'm1'), say(storage, 'dies before the commit', 'm2')])

    for (const one of told) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } })
    await expect(next).rejects.toThrow('the writer thread died')
    expect(storage.status().fault).toBe('unavailable')
    await until(() => storage.status().fault === undefined)
    expect(await storedOf(storage, ['m1', 'm2'])).toEqual([])
    await say(storage, 'after', 'm1')
    expect(await storedOf(storage, ['m1', 'm2'])).toEqual(['m1'])
  })

  test('after its commit: what is durable is told as such, and a new feed goes on without a hole', async () => {
    const storage = await aRoom({ faults, limits: quick })
    const { position } = await storage.head()

    const told = await Promise.allSettled([say(storage, 'one', 'm1'), say(storage, 'dies after the commit', 'm2')])

    const stored = await storedOf(storage, ['m1', 'm2'])
    expect(stored).toEqual(['m1', 'm2'].filter((_, i) => told[i]?.status === 'fulfilled'))
    await until(() => storage.status().fault === undefined)
    await say(storage, 'after', 'm3')
    expect(await firstOf(storage.feed(position), 3)).toEqual([position + 1, position + 2, position + 3])
  })

  test('over and over: every acknowledged message is there once, positions are dense', async () => {
    const dataDir = aFolder()
    const storage = await aRoom({ faults, limits: { ...quick, restartMs: 20 }, dataDir })
    const acknowledged: string[] = []

    for (const n of upTo(60)) {
      const text = n % 20 === 7 ? 'dies before the commit' : n % 20 === 17 ? 'dies after the commit' : 'fine'
      await until(() =>
        say(storage, text, `m${n}`).then(
          () => acknowledged.push(`m${n}`) > 0,
          () => text !== 'fine',
        ),
      )
    }
    await storage.close()

    const reopened = await aStorage({ dataDir })
    expect(await storedOf(reopened, acknowledged)).toEqual(acknowledged)
    const log = await reopened.changesAfter(0, 200)
    expect(log.map((change) => change.position)).toEqual(upTo(log.length))
  })
})

describe('a clock that is set wrong for a while', () => {
  const year = 365 * 86_400_000

  test('ST21: ends no session once it is right again, and time in the log does not go back', async () => {
    const storage = await aRoom({ faults, limits: quick })
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const session = { id: 's', secretHash: 's', expiresAt }
    const audience = ['server'] as const
    await storage.commit([{ type: 'session.started', audience, userId: 'alice', session }], freely())
    await say(storage, `clock +${year}`)
    await say(storage, `clock -${year}`)

    const preconditions = [{ kind: 'session', sessionId: 's' }] as const
    const { changes } = await storage.commit([posting({ id: 'm' })], freely(preconditions))

    expect(changes[0]?.at).toBeGreaterThan(Date.now() + year / 2)
  })

  test('ST22: takes no quota beyond its window', async () => {
    const storage = await aRoom({ faults, limits: quick })
    const rarely = freely([{ kind: 'quota', key: 'k', limit: 1, windowMs: 50 }])
    await say(storage, `clock +${year}`)
    await say(storage, `clock -${year}`)
    await storage.commit([posting({ id: 'm1' })], rarely)

    await until(() =>
      storage.commit([posting({ id: 'm2' })], rarely).then(
        () => true,
        () => false,
      ),
    )
  })
})

function say(storage: SqliteStorage, text: string, id: string = crypto.randomUUID()) {
  return storage.commit([posting({ id, text })], freely())
}

async function storedOf(storage: SqliteStorage, ids: readonly string[]): Promise<string[]> {
  const found = await Promise.all(ids.map((id) => storage.message(id)))
  return ids.filter((_, i) => found[i] !== undefined)
}

async function firstOf(feed: ReturnType<SqliteStorage['feed']>, count: number): Promise<number[]> {
  const positions: number[] = []
  for await (const changes of feed) {
    positions.push(...changes.map((change) => change.position))
    if (positions.length >= count) break
  }
  return positions
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
