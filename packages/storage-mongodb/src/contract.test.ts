/** The storage port's contract on MongoDB: a database a rule. */

import { describeStorage } from '@suda/core/storage/contract'
import { aDatabase } from '../../../testing/mongodb/mongo-url.ts'
import { openMongo } from './open-mongo.ts'

describeStorage({
  name: 'MongoDB',
  open: async (limits) => {
    const { url, drop } = aDatabase()
    const openIt = () => openMongo({ url, limits: { tickMs: 20, ...limits } })
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
        await drop()
      },
    }
  },
})
