/** Before every file of tests that runs on MongoDB. */

import { beforeEach, inject } from 'vitest'

const mongo = inject('mongo')
// Read by what must also work outside of a test runner.
if ('url' in mongo) process.env.TEST_MONGODB_URL = mongo.url

beforeEach(({ task, skip }) => {
  if (task.tags?.includes('sqlite')) skip('about SQLite alone')
  if ('missing' in mongo) skip(`missing: a MongoDB (${mongo.missing})`)
})
