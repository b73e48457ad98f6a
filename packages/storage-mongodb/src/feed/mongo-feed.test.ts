import { AnotherLogError } from '@suda/core/storage'
import { expect, onTestFinished, test } from 'vitest'
import { aChange, newFakeLog } from '../testing/feed/fake-log.ts'
import { upTo } from '../testing/feed/reading.ts'
import { MongoFeed, type MongoFeedOptions } from './mongo-feed.ts'

test('changes that come together are passed on together', async () => {
  const { log, feed, next } = reading()

  feed.take(log.commit(3))
  feed.take(log.commit(2))

  expect(await next()).toEqual([1, 2, 3])
  expect(await next()).toEqual([4, 5])
  expect(feed.position).toBe(5)
})

test('what comes twice is passed on once', async () => {
  const { log, feed, next } = reading()

  const committed = log.commit(4)
  feed.take(committed.slice(0, 3))
  feed.take(committed.slice(0, 2))
  feed.take(committed.slice(1))

  expect(await next()).toEqual([1, 2, 3])
  expect(await next()).toEqual([4])
})

test('a hole is filled from the log before anything behind it is shown', async () => {
  const { log, feed, next } = reading()
  feed.take(log.commit(2))
  expect(await next()).toEqual([1, 2])

  log.commit(3)
  feed.take(log.commit(2))

  expect(await next()).toEqual([3, 4, 5, 6, 7])
})

test('so is one within what came together', async () => {
  const { log, feed, next } = reading()

  feed.take(log.commit(7).filter(({ _id: position }) => position !== 3 && position !== 4))

  expect(await next()).toEqual([1, 2])
  expect(await next()).toEqual([3, 4, 5, 6, 7])
})

test('a hole that cannot be read is told by an error, and is still there for who comes again', async () => {
  const { log, feed, next } = reading()
  log.commit(3)
  log.failReads(1)

  feed.take(log.commit(1))

  await expect(next()).rejects.toThrow('the log cannot be read')
  const again = feed.after(0)
  expect((await again.next()).value.map(({ position }: { position: number }) => position)).toEqual(upTo(4))
})

test('to catch up is to go to the head of the log', async () => {
  const { log, feed, next } = reading()
  const first = next()
  log.commit(3)

  await feed.catchUp()

  expect(await first).toEqual([1, 2, 3])
  expect(feed.position).toBe(3)
})

test('what the stream kept back is looked for from time to time, until the end', async () => {
  const { log, feed, next } = reading({ checkMs: 5 })
  log.failReads(2)
  log.commit(3)

  expect(await next()).toEqual([1, 2, 3])

  feed.end()
  log.commit(1)
  expect(await next()).toEqual([])
  expect(feed.position).toBe(3)
})

test('what the stream brings while the head is read is no other log', async () => {
  const log = newFakeLog()
  const feed = new MongoFeed({
    ...log,
    readHead: async () => {
      const head = await log.readHead()
      feed.take(log.commit(2))
      return head
    },
  })

  await feed.catchUp()

  expect(feed.position).toBe(2)
})

test('the lag is the time from the commit of the newest change', () => {
  const { feed } = reading()

  feed.take([{ ...aChange(1), at: new Date(Date.now() - 5_000) }])
  expect(feed.lagMs).toBeGreaterThanOrEqual(5_000)
  // A clock that goes before ours.
  feed.take([{ ...aChange(2), at: new Date(Date.now() + 60_000) }])
  expect(feed.lagMs).toBe(0)
})

test.each([
  ['ends before what was seen', { epoch: 'e', position: 2 }],
  ['has another epoch', { epoch: 'f', position: 9 }],
])('a log that %s is another one: at first it is doubted, then the feed ends', async (_, other) => {
  const heads = [{ epoch: 'e', position: 0 }]
  const { log, feed, next } = reading({ readHead: async () => heads.at(-1) ?? other, strangeForMs: 20 })
  await feed.catchUp()
  feed.take(log.commit(3))
  expect(await next()).toEqual([1, 2, 3])
  const more = next()
  const ending: unknown[] = []
  more.catch((error: unknown) => ending.push(error))

  heads.push(other)
  await expect(feed.catchUp()).rejects.toThrow(`the log ends at ${other.position} of ${other.epoch}`)
  expect(ending).toEqual([])
  await expect.poll(() => feed.catchUp().then(() => ending.length)).toBe(1)

  expect(ending[0]).toBeInstanceOf(AnotherLogError)
  await expect(more).rejects.toThrow(`the log ends at ${other.position} of ${other.epoch}, but 3 of e was seen`)
})

test('a log that was strange for a moment is followed on', async () => {
  const heads = [{ epoch: 'e', position: 3 }]
  const { log, feed, next } = reading({ readHead: async () => heads.at(-1) ?? { epoch: '', position: 0 } })
  feed.take(log.commit(3))
  await feed.catchUp()
  expect(await next()).toEqual([1, 2, 3])

  heads.push({ epoch: 'e', position: 1 })
  await expect(feed.catchUp()).rejects.toThrow()
  heads.pop()
  await feed.catchUp()
  feed.take(log.commit(1))

  expect(await next()).toEqual([4])
})

/** A feed with somebody who reads it from its beginning, and is always ready for more. */
function reading(options: Partial<MongoFeedOptions> = {}) {
  const log = newFakeLog()
  const feed = new MongoFeed({ ...log, ...options })
  onTestFinished(() => feed.end())
  const reader = feed.after(0)
  const ask = async (): Promise<number[]> => {
    const { value } = await reader.next()
    return value?.map(({ position }: { position: number }) => position) ?? []
  }
  let asked = ask()
  const next = () => {
    const answer = asked
    asked = answer.then(ask)
    asked.catch(() => undefined)
    return answer
  }
  return { log, feed, next }
}
