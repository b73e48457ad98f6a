/** What the writer does beside commits: trimming, erasing, and keeping the WAL short. */

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SqliteStorage } from './index.ts'
import { aFolder, aRoom, aStorage } from './testing/a-storage.ts'
import { freely, posting, reading } from './testing/drafts.ts'
import { until } from './testing/until.ts'

const FRAME_BYTES = 4096 + 24

test('DL2b: the log loses its oldest part in slices, keeps its newest, and says where it begins', async () => {
  const storage = await aRoom({ limits: { tickMs: 20, keepMs: 0, keepChanges: 10, trimSlice: 7 } })

  await postMany(storage, 60)

  await until(async () => (await storage.head()).firstPosition === 56)
  expect((await storage.changesAfter(55, 100)).map((change) => change.position)).toEqual(range(56, 65))
  await expect(storage.changesAfter(54, 100)).rejects.toMatchObject({ name: 'TrimmedError', firstPosition: 56 })
  await expect(storage.changesAfter(0, 1_000)).rejects.toMatchObject({ name: 'TrimmedError', firstPosition: 56 })
})

test('DL2b: changes that are young are kept, however many', async () => {
  const storage = await aRoom({ limits: { tickMs: 5, keepMs: 60_000, keepChanges: 1, trimSlice: 7 } })

  await postMany(storage, 40)

  expect((await storage.changesAfter(0, 100)).length).toBe(45)
})

test('DL2b: a feed that reads from the log behind a trim ends and says so', async () => {
  const storage = await aRoom({ limits: { tickMs: 20, keepMs: 0, keepChanges: 10 } })
  await postMany(storage, 30)
  await until(async () => (await storage.head()).firstPosition > 1)

  await expect(storage.feed(0)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: 'TrimmedError' })
})

test('a trimmed log goes on counting after a restart', async () => {
  const dataDir = aFolder()
  const storage = await aRoom({ dataDir, limits: { tickMs: 20, keepMs: 0, keepChanges: 0 } })
  await postMany(storage, 5)
  await until(async () => (await storage.head()).firstPosition === 10)
  await storage.close()

  const reopened = await aStorage({ dataDir })

  expect((await reopened.commit([posting({ id: 'next' })], freely())).changes).toMatchObject([{ position: 11 }])
})

test('a deleted room is erased in slices while others post, and its messages are void in the log', async () => {
  const storage = await aRoom({ limits: { tickMs: 20, eraseSlice: 3 } })
  await postMany(storage, 20)
  await storage.commit([reading(5, 'bob')], freely())

  await storage.commit([{ type: 'room.deleted', audience: ['room:general'], roomId: 'general' }], freely())

  await until(() => storage.status().erasing === 0)
  const log = await storage.changesAfter(0, 100)
  expect(log.map((change) => change.position)).toEqual(range(1, 27))
  expect(log.filter((change) => change.type !== 'void').map((change) => change.type)).toEqual([
    'user.created',
    'user.created',
    'member.joined',
    'member.joined',
    'room.deleted',
  ])
  expect(await storage.messageOrigin('m1')).toBeUndefined()
})

test('erasing goes on after a restart', async () => {
  const dataDir = aFolder()
  const slow = await aRoom({ dataDir, limits: { tickMs: 60_000, eraseSlice: 1 } })
  await postMany(slow, 20)
  await slow.commit([{ type: 'room.deleted', audience: ['room:general'], roomId: 'general' }], freely())
  expect(slow.status().erasing).toBe(1)
  await slow.close()

  const storage = await aStorage({ dataDir, limits: { tickMs: 20 } })

  await until(() => storage.status().erasing === 0)
  expect(await storage.messageOrigin('m1')).toBeUndefined()
})

test('the WAL stays under 4,000 frames under load', async () => {
  const dataDir = aFolder()
  const storage = await aRoom({ dataDir })

  for (let n = 0; n < 12; n++) await postMany(storage, 250, `batch${n}-`, 'x'.repeat(3_000))

  expect(statSync(join(dataDir, 'suda.db-wal')).size).toBeLessThan(4_000 * FRAME_BYTES)
})

function postMany(storage: SqliteStorage, count: number, prefix = 'm', text = 'text') {
  return Promise.all(range(1, count).map((n) => storage.commit([posting({ id: `${prefix}${n}`, text })], freely())))
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)
