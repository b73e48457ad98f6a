/** Whether collections can be sources, before anything is done with them. */

import type { Db } from 'mongodb'
import { INDEXES } from '../indexes.ts'
import { MongoOpenError } from '../open-error.ts'
import { attachmentOf } from './attachment-document.ts'
import type { SourceOptions } from './source-options.ts'

/** @throws MongoOpenError `settings` */
export async function checkSources(db: Db, sources: readonly SourceOptions[]): Promise<void> {
  for (const source of sources) {
    const why = (await complaintOf(db, source)) ?? ''
    if (why !== '') throw new MongoOpenError('settings', `the source “${source.name}” cannot be used: ${why}`)
  }
}

async function complaintOf(db: Db, { collection, name }: SourceOptions): Promise<string | undefined> {
  if (Object.hasOwn(INDEXES, collection) || collection.startsWith('system.'))
    return `the collection “${collection}” is Suda’s or MongoDB’s own`
  const [found] = await db.listCollections({ name: collection }, { nameOnly: true }).toArray()
  if (found !== undefined && found.type !== 'collection')
    return `“${collection}” is a ${found.type}, of whose documents no change stream tells`
  const known = await attachmentOf(db, name)
  if (known === undefined || known.collection === collection) return undefined
  return `it was the collection “${known.collection}” before, so “${collection}” needs another name`
}
