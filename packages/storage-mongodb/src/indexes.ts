/** The collections, and what finds their documents: no read, write or job walks a collection that grows. */

import { MongoServerError, type Db, type IndexDescription } from 'mongodb'
import type { Name } from './documents.ts'

/** Beside those that transactions write to, what is written alone. */
export type CollectionName = Name | 'markers' | 'signals' | 'nodes' | 'inbox' | 'sources' | 'leases' | 'writers'

const HOUR_S = 3_600
const DAY_S = 24 * HOUR_S

const unique = { unique: true, sparse: true }

/** The index on `_id`, which each has, is not named. */
export const INDEXES: Readonly<Record<CollectionName, readonly IndexDescription[]>> = {
  log: [],
  site: [],
  changes: [
    { key: { key: 1 }, sparse: true }, // what a newer change under the same key makes void (DL2a)
    { key: { editOf: 1 }, sparse: true }, // the edits that a newer edit or a delete makes void (DL2a)
    { key: { settingsOf: 1 }, sparse: true }, // what the log tells of a room that is erased
  ],
  audit: [
    { key: { actorId: 1, _id: -1 } }, // the audit of one actor, newest first
    { key: { type: 1, _id: -1 } }, // or of one type
    { key: { at: 1 }, expireAfterSeconds: 365 * DAY_S },
  ],
  users: [
    { key: { username: 1 }, ...unique }, // signing in, mentions, searching by the beginning
    { key: { email: 1 }, ...unique },
    { key: { externalId: 1 }, ...unique },
    { key: { displayKey: 1 } }, // searching by the beginning
    { key: { siteRole: 1 }, partialFilterExpression: { siteRole: 'owner' } }, // whether there is an owner, or another
    { key: { erasedTo: 1 }, sparse: true }, // whose names still stand in the log
  ],
  tokens: [
    { key: { secretHash: 1 }, ...unique }, // every request by a token
    { key: { userId: 1 } }, // the tokens of a user
    { key: { expiresAt: 1 }, expireAfterSeconds: DAY_S }, // those that were made for a time
  ],
  sessions: [
    { key: { secretHash: 1 }, ...unique }, // every request by a session
    { key: { userId: 1 } }, // the sessions of a user
    { key: { tokenId: 1 }, sparse: true }, // or made from a token
    { key: { expiresAt: 1 }, expireAfterSeconds: DAY_S },
  ],
  invites: [
    { key: { codeHash: 1 }, ...unique }, // signing up
    { key: { createdBy: 1 } }, // the invites of a user
    { key: { expiresAt: 1 }, expireAfterSeconds: DAY_S }, // all that live
  ],
  rooms: [
    { key: { slug: 1 }, ...unique },
    // Public ones by last activity, in pages; of private rooms one knows which, so their activity costs no index.
    { key: { visibility: 1, activeAt: -1, _id: -1 }, partialFilterExpression: { visibility: 'public' } },
    { key: { deletedPosition: 1 }, sparse: true }, // whose members go when the log is trimmed past it
    { key: { isErasing: 1 }, sparse: true }, // whose messages are still there
  ],
  members: [
    { key: { roomId: 1, userId: 1 } }, // the members of a room, in pages
    { key: { userId: 1 } }, // the rooms of a user
  ],
  messages: [
    // `inMain` stands before `seq` so that a page of the main view never walks over the replies between its messages.
    { key: { roomId: 1, inMain: 1, seq: 1 }, unique: true },
    { key: { threadId: 1, seq: 1 }, partialFilterExpression: { threadId: { $exists: true } } }, // a thread, in pages
  ],
  mentions: [
    { key: { roomId: 1, userId: 1, seq: 1 } }, // what a user has not read
    { key: { roomId: 1, seq: 1 } }, // those of a message that is deleted
  ],
  taken: [],
  retries: [
    { key: { isIdle: 1 }, sparse: true }, // whose answers are forgotten with any text that is taken back
    { key: { at: 1 }, expireAfterSeconds: DAY_S + HOUR_S },
  ],
  quotas: [
    { key: { key: 1, expiresAt: 1 } }, // how many count now
    { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
  markers: [{ key: { at: 1 }, expireAfterSeconds: 60 }],
  signals: [{ key: { at: 1 }, expireAfterSeconds: 60 }],
  nodes: [{ key: { at: 1 }, expireAfterSeconds: 60 }],
  inbox: [],
  sources: [],
  leases: [],
  writers: [{ key: { at: 1 }, expireAfterSeconds: 600 }], // of processes that are gone
}

const NAMESPACE_EXISTS = 48

/**
 * Makes what is missing, whoever else does so at the same time. Collections come first: a transaction must not have to
 * make one, nor a change stream wait for it.
 */
export async function createIndexes(db: Db): Promise<void> {
  await Promise.all(Object.entries(INDEXES).map(([name, indexes]) => createCollection(db, name, indexes)))
}

async function createCollection(db: Db, name: string, indexes: readonly IndexDescription[]): Promise<void> {
  try {
    await db.createCollection(name)
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === NAMESPACE_EXISTS)) throw error
  }
  if (indexes.length > 0) await db.collection(name).createIndexes([...indexes])
}
