/** Brings a database up: collections and indexes, the site's own document, the log. Several processes may come here at once. */

import { randomBytes, randomUUID } from 'node:crypto'
import { epochOf } from '@suda/core/storage/adapting'
import { isDuplicate } from './driver-error.ts'
import type { Collections } from './collections.ts'
import { createIndexes } from './indexes.ts'
import { MongoOpenError } from './open-error.ts'
import { present } from './where.ts'

/** What the documents look like; raised with a migration. */
const SCHEMA = 1

/** @throws MongoOpenError for a database that a later version has written */
export async function prepareDatabase(db: Collections): Promise<void> {
  const log = await db.get('log', 'log')
  if (log !== undefined && log.schema > SCHEMA)
    throw new MongoOpenError('newer', 'this database was written by a newer version of Suda: use that one')
  if (log === undefined) await refuseForeign(db)
  await createIndexes(db.db)
  await unlessThere(() => db.of('site').insertOne(aSite()))
  await unlessThere(() => db.of('log').insertOne(aLog()))
}

// A site begins with its log. What stands in these without one is another program's, and would be taken for ours.
async function refuseForeign(db: Collections): Promise<void> {
  const names = ['changes', 'invites', 'members', 'messages', 'rooms', 'sessions', 'tokens', 'users'] as const
  const found = await Promise.all(names.map((name) => db.find(name, { _id: present }, { limit: 1 })))
  const foreign = names.filter((_, index) => found[index]?.length !== 0)
  // Or another process has begun the site meanwhile.
  if (foreign.length === 0 || (await db.get('log', 'log')) !== undefined) return
  throw new MongoOpenError(
    'unusable',
    `the database ${db.db.databaseName} holds collections of another program under names that Suda uses (${foreign.join(', ')}): give Suda a database of its own`,
  )
}

function aSite() {
  return {
    _id: 'site',
    id: randomUUID(),
    name: 'Suda',
    signUp: 'invite',
    defaultRooms: [],
    keepEdits: false,
    revision: 1,
    secret: randomBytes(32).toString('hex'),
  } as const
}

function aLog() {
  const epoch = epochOf(randomBytes(64))
  return { _id: 'log', schema: SCHEMA, epoch, position: 0, firstPosition: 1, at: new Date(0), turn: 0 } as const
}

async function unlessThere(insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert()
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
}
