/** Before every test that runs on MongoDB. */

import { beforeEach, inject } from 'vitest'

beforeEach(({ task, skip }) => {
  if (task.tags?.includes('sqlite')) skip('about SQLite alone')
  const mongo = inject('mongo')
  if ('missing' in mongo) skip(`missing: a MongoDB (${mongo.missing})`)
})
