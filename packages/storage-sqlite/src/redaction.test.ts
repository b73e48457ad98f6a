/** DL2a: what was taken back is in no file of the data folder once the WAL was emptied. */

import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SqliteOptions, SqliteStorage } from './index.ts'
import { aFolder, aRoom, aStorage } from './testing/a-storage.ts'
import { by, deleting, deletingUser, editing, freely, joining, newUser, posting } from './testing/drafts.ts'
import { until } from './testing/until.ts'

const CANARY = 'kanarienvogel'
const limits = { tickMs: 20, redactionMs: 50 }

test('DL2a: a text that was edited away is in no file, the kept answer of its request included', async () => {
  const { storage, dir } = await aCanary()

  await storage.commit([editing('m1', 'harmless')], freely())

  await until(() => !isAnywhere(dir))
  expect(await storage.changesAfter(0, 100)).toMatchObject({ length: 8 })
})

test('DL2a: so is each text of a message that was edited twice and then deleted', async () => {
  const { storage, dir } = await aCanary()
  await storage.commit([editing('m1', `${CANARY} again`)], freely())
  await storage.commit([editing('m1', `${CANARY} once more`)], freely())
  expect(isAnywhere(dir)).toBe(true)

  const { changes } = await storage.commit([deleting('m1')], freely())

  expect(changes).toMatchObject([{ supersedes: expect.arrayContaining([6, 9]) }])
  await until(() => !isAnywhere(dir))
})

test('DL2a: so is what stood in a deleted room, its name and its topic', async () => {
  const { storage, dir } = await aCanary()
  const named = { name: CANARY, topic: `about ${CANARY}` }
  await storage.commit([{ type: 'room.changed', audience: ['site'], roomId: 'general', room: named }], freely())

  await storage.commit([{ type: 'room.deleted', audience: ['room:general'], roomId: 'general' }], freely())

  await until(() => storage.status().erasing === 0)
  await until(() => !isAnywhere(dir))
})

test('DL2a: so is every name of a deleted user, e-mail and password included', async () => {
  const { storage, dir } = await aSongbird()
  expect(isAnywhere(dir)).toBe(true)

  await storage.commit([deletingUser('bird')], freely())

  await until(() => storage.status().erasing === 0)
  await until(() => !isAnywhere(dir))
  expect(await storage.cards(['bird'])).toMatchObject([{ deletedAt: expect.any(String) }])
})

test('DL2a: names are erased in slices, also where the process ends in the middle', async () => {
  const { storage, dir } = await aSongbird({ limits: { ...limits, tickMs: 60_000, eraseSlice: 1 } })
  await storage.commit([deletingUser('bird')], freely())
  expect(storage.status().erasing).toBe(1)
  await storage.close()
  expect(isAnywhere(dir)).toBe(true)

  const again = await aStorage({ dataDir: dir, limits })

  await until(() => again.status().erasing === 0)
  await until(() => !isAnywhere(dir))
})

test('DL2a: a long text that fills pages of its own leaves none of them behind', async () => {
  const { storage, dir } = await aCanary(`${CANARY} `.repeat(500))

  await storage.commit([deleting('m1')], freely())

  await until(() => !isAnywhere(dir))
})

test('DL2a: also where the process was killed before it came to that', async () => {
  const { storage, dir } = await aCanary(`the ${CANARY} sings`, { limits: { ...limits, redactionMs: 60_000 } })
  await storage.commit([deleting('m1')], freely())
  const left = aFolder()
  for (const name of ['suda.db', 'suda.db-wal']) copyFileSync(join(dir, name), join(left, name))
  expect(isAnywhere(left)).toBe(true)

  await aStorage({ dataDir: left, limits: { ...limits, redactionMs: 60_000 } })

  await until(() => !isAnywhere(left))
})

test('DL2a: also where the clock is set back meanwhile', async () => {
  const faults = { moduleUrl: new URL('./testing/faults.ts', import.meta.url).href }
  const { storage, dir } = await aCanary(`the ${CANARY} sings`, { faults, limits: { ...limits, redactionMs: 500 } })

  await storage.commit([deleting('m1')], freely())
  await storage.commit([posting({ id: 'm3', text: 'clock -3600000' })], freely())
  expect(isAnywhere(dir)).toBe(true)

  await until(() => !isAnywhere(dir))
})

/** A message with the word, posted by a request whose kept answer holds it as well. */
async function aCanary(
  text = `the ${CANARY} sings`,
  options: Partial<SqliteOptions> = { limits },
): Promise<{ storage: SqliteStorage; dir: string }> {
  const dir = aFolder()
  const storage = await aRoom({ dataDir: dir, ...options })
  const idempotency = { actorId: 'alice', key: 'a-key', requestHash: 'a-hash', answer: JSON.stringify({ text }) }
  await storage.commit([posting({ id: 'm1', text })], { preconditions: [], by, idempotency })
  await storage.commit([posting({ id: 'm2', text: 'another' })], freely())
  if (!isAnywhere(dir)) throw new Error('the search finds nothing: it would prove nothing')
  return { storage, dir }
}

/** A user with the word in every name, named by many changes and by the kept answer of a request. */
async function aSongbird(
  options: Partial<SqliteOptions> = { limits },
): Promise<{ storage: SqliteStorage; dir: string }> {
  const dir = aFolder()
  const storage = await aRoom({ dataDir: dir, ...options })
  const { user, ...draft } = newUser('bird')
  const names = { username: CANARY, displayName: `The ${CANARY}`, email: `${CANARY}@example.org`, externalId: CANARY }
  const bird = { ...draft, user: { ...user, ...names, timeZone: CANARY, locale: CANARY, passwordHash: CANARY } }
  await storage.commit([bird, joining('general', 'bird')], freely())
  const idempotency = { actorId: 'alice', key: 'a-key', requestHash: 'a-hash', answer: CANARY }
  const rename = { displayName: `${CANARY}!` }
  await storage.commit([{ type: 'user.changed', audience: ['site'], userId: 'bird', user: rename }], {
    preconditions: [],
    by,
    idempotency,
  })
  const profile = { email: `${CANARY}@example.com` }
  await storage.commit([{ type: 'profile.changed', audience: ['user:bird'], userId: 'bird', profile }], freely())
  for (let n = 0; n < 50; n++) await storage.commit([posting({ id: `b${n}`, authorId: 'bird' })], freely())
  return { storage, dir }
}

function isAnywhere(dir: string): boolean {
  return readdirSync(dir).some((name) => readFileSync(join(dir, name)).includes(CANARY))
}
