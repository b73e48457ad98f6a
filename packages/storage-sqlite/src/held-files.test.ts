/** ST2: what is acknowledged is where it will be looked for. */

import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aFolder, aRoom } from './testing/a-storage.ts'
import { freely, posting } from './testing/drafts.ts'
import { until } from './testing/until.ts'

test.each(['suda.db', 'suda.db-wal'])(
  'ST2: nothing is acknowledged once %s was deleted, and it is said',
  async (name) => {
    const dataDir = aFolder()
    const notices: string[] = []
    const storage = await aRoom({ dataDir, limits: { tickMs: 20 }, onNotice: (line) => notices.push(line) })

    rmSync(join(dataDir, name))

    await expect(storage.commit([posting({ id: 'm1' })], freely())).rejects.toMatchObject({ code: 'unavailable' })
    await until(() => notices.length > 0)
    expect(notices).toMatchObject([expect.stringContaining(`${name} was moved, deleted or replaced`)])
    expect(storage.status().fault).toBe('unavailable')
  },
)

test('ST2: nor once another file stands in its place; with the first one back all goes on', async () => {
  const dataDir = aFolder()
  const storage = await aRoom({ dataDir, limits: { tickMs: 20 } })
  const [database, aside] = [join(dataDir, 'suda.db'), join(dataDir, 'aside')]
  renameSync(database, aside)
  copyFileSync(aside, database)

  await until(() => storage.status().fault === 'unavailable')
  await expect(storage.commit([posting({ id: 'm1' })], freely())).rejects.toMatchObject({ code: 'unavailable' })
  renameSync(aside, database)

  await until(() => storage.status().fault === undefined)
  expect((await storage.commit([posting({ id: 'm1' })], freely())).changes).toMatchObject([{ position: 6 }])
})
