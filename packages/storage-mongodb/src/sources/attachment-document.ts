/** What is known of a source since a process met it for the first time. */

import type { Collection, Db } from 'mongodb'
import { isDuplicate } from '../driver-error.ts'
import { FOREIGN_BSON } from '../foreign/foreign-bson.ts'
import type { SourceOptions } from './source-options.ts'

export interface Attachment {
  /** The name of the source. */
  readonly _id: string
  readonly collection: string
  readonly attachedAt: Date
  /** The highest `_id` of that time, of any type; none in an empty collection. */
  readonly upTo?: unknown
  /** Everything that was there has been posted or refused. */
  readonly isAdopted?: true
}

/** What is known of the source; where that is nothing, what stands in the collection from now on counts as old. */
export async function attach(db: Db, { collection, name }: SourceOptions): Promise<Attachment> {
  return (await attachmentOf(db, name)) ?? attachNow(db, { collection, name })
}

/** Without attaching it. */
export async function attachmentOf(db: Db, name: string): Promise<Attachment | undefined> {
  return (await attachments(db).findOne({ _id: name })) ?? undefined
}

export async function markAdopted(db: Db, name: string): Promise<void> {
  await attachments(db).updateOne({ _id: name }, { $set: { isAdopted: true } })
}

async function attachNow(
  db: Db,
  { collection, name }: Pick<SourceOptions, 'collection' | 'name'>,
): Promise<Attachment> {
  const [newest] = await db
    .collection(collection, FOREIGN_BSON)
    .find({}, { projection: { _id: 1 }, sort: { _id: -1 }, limit: 1 })
    .toArray()
  const isEmpty = newest === undefined
  const attachment = {
    _id: name,
    collection,
    attachedAt: new Date(),
    ...(isEmpty ? { isAdopted: true as const } : { upTo: newest._id }),
  }
  try {
    await attachments(db).insertOne(attachment)
    return attachment
  } catch (error) {
    const known = isDuplicate(error) ? await attachmentOf(db, name) : undefined
    if (known === undefined) throw error
    return known // another process was faster
  }
}

function attachments(db: Db): Collection<Attachment> {
  return db.collection<Attachment>('sources', FOREIGN_BSON)
}
