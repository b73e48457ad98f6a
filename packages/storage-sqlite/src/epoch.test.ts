/** DL3: an older copy of the database is noticed, and only that. */

import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aFolder, aRoom, aStorage } from './testing/a-storage.ts'
import { freely, posting } from './testing/drafts.ts'
import { until } from './testing/until.ts'

test('DL3: a database has an epoch of its own, and keeps it', async () => {
  const dataDir = aFolder()
  const first = await aRoom({ dataDir })
  const { epoch, position } = await first.head()
  await first.close()

  const again = await aStorage({ dataDir })

  expect(epoch).toMatch(/^[a-z0-9]{12}$/)
  expect(await again.head()).toEqual({ epoch, position, firstPosition: 1 })
  expect((await (await aStorage()).head()).epoch).not.toBe(epoch)
})

test('DL3: at the end the file position holds epoch and head', async () => {
  const dataDir = aFolder()
  const storage = await aRoom({ dataDir })
  const { epoch } = await storage.head()

  await storage.close()

  expect(readFileSync(join(dataDir, 'position'), 'utf8')).toBe(`${epoch}.5\n`)
})

test('DL3: while it runs the file follows by count and by time', async () => {
  const dataDir = aFolder()
  const storage = await aRoom({ dataDir, limits: { positionEvery: 10, positionMs: 100, tickMs: 20 } })
  const remembered = () => Number(readFileSync(join(dataDir, 'position'), 'utf8').split('.')[1])

  await Promise.all(Array.from({ length: 20 }, (_, n) => storage.commit([posting({ id: `m${n}` })], freely())))

  await until(() => remembered() === 25)
})

test('DL3: an older copy that was put back begins a new epoch, and says so loudly', async () => {
  const dataDir = aFolder()
  const storage = await aRoom({ dataDir })
  const { epoch } = await storage.head()
  await storage.close()
  copyFileSync(join(dataDir, 'suda.db'), join(dataDir, 'backup'))
  const longer = await aStorage({ dataDir })
  await longer.commit([posting({ id: 'm1' })], freely())
  await longer.close()
  copyFileSync(join(dataDir, 'backup'), join(dataDir, 'suda.db'))

  const notices: string[] = []
  const restored = await aStorage({ dataDir, onNotice: (line) => notices.push(line) })

  expect((await restored.head()).epoch).not.toBe(epoch)
  expect(notices).toMatchObject([expect.stringContaining('NOT THE NEWEST')])
  await restored.close()
  const quiet: string[] = []
  await aStorage({ dataDir, onNotice: (line) => quiet.push(line) })
  expect(quiet).toEqual([])
})

test('DL3: a database of another folder begins a new epoch as well', async () => {
  const [dataDir, other] = [aFolder(), aFolder()]
  await (await aRoom({ dataDir })).close()
  const foreign = await aRoom({ dataDir: other })
  const { epoch } = await foreign.head()
  await foreign.close()
  copyFileSync(join(other, 'suda.db'), join(dataDir, 'suda.db'))

  const storage = await aStorage({ dataDir })

  expect((await storage.head()).epoch).not.toBe(epoch)
})

test.each([
  ['missing', undefined],
  ['empty', ''],
  ['torn', 'abc'],
])('a position file that is %s is no reason for distrust', async (_, text) => {
  const dataDir = aFolder()
  const storage = await aRoom({ dataDir })
  const { epoch } = await storage.head()
  await storage.close()
  if (text === undefined) rmSync(join(dataDir, 'position'))
  else writeFileSync(join(dataDir, 'position'), text)

  expect((await (await aStorage({ dataDir })).head()).epoch).toBe(epoch)
})

test('time never goes back: a change is not older than the one before, whatever the clock says', async () => {
  const storage = await aRoom()

  await Promise.all(Array.from({ length: 50 }, (_, n) => storage.commit([posting({ id: `m${n}` })], freely())))

  const times = (await storage.changesAfter(0, 200)).map((change) => change.at)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})
