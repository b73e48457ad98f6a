/** The storage port's contract on SQLite: a folder a rule. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeStorage, type StorageLimits } from '@suda/core/storage/contract'
import { openSqlite } from './open-sqlite.ts'

describeStorage({
  name: 'SQLite',
  open: async (limits) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'suda-contract-'))
    const openIt = () => openSqlite({ dataDir, synchronous: 'OFF', limits: { tickMs: 20, ...given(limits) } })
    let storage = await openIt()
    return {
      storage,
      reopen: async () => {
        await storage.close()
        storage = await openIt()
        return storage
      },
      remove: async () => {
        await storage.close()
        await rm(dataDir, { recursive: true, force: true })
      },
    }
  },
})

const given = (limits: StorageLimits | undefined) => limits ?? {}
