import { expect, test } from 'vitest'
import type { CommittedChange } from '@suda/protocol'
import { Feed } from '@suda/core/storage/adapting'
import type { SqliteStorage } from './index.ts'
import { aFolder, aRoom } from './testing/a-storage.ts'
import { freely, posting } from './testing/drafts.ts'

test('DL2: feeds from every position of a run, begun before, during and after it, have no hole and nothing twice', async () => {
  const storage = await aRoom()
  const early = range(0, 5).map((position) => collect(storage, position, 105))
  const posts = range(1, 100).map((n) => storage.commit([posting({ id: `m${n}` })], freely()))
  await posts[50]
  const during = range(0, 105).map((position) => collect(storage, position, 105))
  await Promise.all(posts)
  const late = range(0, 105).map((position) => collect(storage, position, 105))

  for (const [positions, from] of await Promise.all([...early, ...during, ...late])) {
    expect(positions).toEqual(range(from + 1, 105))
  }
})

test('ST2: what a commit tells reaches who waits for the feed in the same turn as the answer', async () => {
  const storage = await aRoom()
  const seen: number[] = []
  const feed = storage.feed(5)[Symbol.asyncIterator]()
  void feed.next().then(({ value }) => seen.push(...positionsOf(value)))

  await storage.commit([posting({ id: 'm1' })], freely())
  await new Promise(setImmediate)

  expect(seen).toEqual([6])
})

test('a listener that stops reading costs no memory without bound: it goes on from the log', async () => {
  const log: CommittedChange[] = []
  let reads = 0
  const readLog = async (position: number, limit: number) => (reads++, log.slice(position, position + limit))
  const feed = new Feed(readLog, 100)
  const positions: number[] = []
  const iterator = feed.after(0)
  const first = iterator.next()
  for (const position of range(1, 500)) {
    const change: CommittedChange = { position, at: 0, type: 'void', audience: ['server'], json: '{}' }
    log.push(change)
    feed.push([change])
  }

  positions.push(...positionsOf((await first).value ?? undefined))
  while ((positions.at(-1) ?? 0) < 500) positions.push(...positionsOf((await iterator.next()).value ?? []))

  expect(positions).toEqual(range(1, 500))
  expect(reads).toBeGreaterThan(0)
})

test('ST3: nobody sees a change of a commit that was refused', async () => {
  const storage = await aRoom({ dataDir: aFolder() })
  const refused = { kind: 'roomOpen', roomId: 'nowhere' } as const
  const told = await Promise.allSettled([
    storage.commit([posting({ id: 'm1' })], freely()),
    storage.commit([posting({ id: 'm2' })], freely([refused])),
    storage.commit([posting({ id: 'm3' })], freely()),
  ])

  expect(told.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const log = await storage.changesAfter(5, 10)
  expect(log.map((change) => [change.position, change.messageId])).toEqual([
    [6, 'm1'],
    [7, 'm3'],
  ])
  expect(await storage.message('m2')).toBeUndefined()
})

async function collect(storage: SqliteStorage, from: number, to: number): Promise<[number[], number]> {
  const positions: number[] = []
  if (from >= to) return [positions, from]
  for await (const changes of storage.feed(from)) {
    positions.push(...changes.map((change) => change.position))
    if ((positions.at(-1) ?? 0) >= to) break
  }
  return [positions, from]
}

const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)

function positionsOf(changes: readonly { position: number }[] | undefined): number[] {
  return (changes ?? []).map((change) => change.position)
}
