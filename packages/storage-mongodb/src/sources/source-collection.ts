/** The collection of a source, which is read and never written. */

import type { Collection, Db, Document, Filter, FindOptions } from 'mongodb'
import { byIds } from '../foreign/by-ids.ts'
import { FOREIGN_BSON } from '../foreign/foreign-bson.ts'
import { idText } from '../foreign/id-text.ts'
import type { SourceOptions } from './source-options.ts'

const PAGE = 500

export interface Walk {
  /** The highest `_id` that counts. */
  readonly upTo?: unknown
  readonly by: 'date' | 'oldest first' | 'newest first'
}

/** The ids of all documents, in pages. */
export async function* pagesOfIds(db: Db, source: SourceOptions, walk: Walk): AsyncGenerator<readonly unknown[]> {
  const cursor = collectionOf(db, source).find(conditionOf(walk), optionsOf(source, walk))
  let page: unknown[] = []
  for await (const { _id } of cursor) {
    page.push(_id)
    if (page.length < PAGE) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

/** In the order of the ids; those that are gone are left out. */
export async function documentsOf(
  db: Db,
  source: SourceOptions,
  ids: readonly unknown[],
): Promise<readonly Document[]> {
  const found = await collectionOf(db, source).find(byIds(ids)).toArray()
  const byText = new Map(found.map((document) => [idText(document._id), document]))
  return ids.flatMap((id) => byText.get(idText(id)) ?? [])
}

// `$lte` alone would leave out ids of other types.
function conditionOf({ upTo }: Walk): Filter<Document> {
  return upTo === undefined ? {} : { $expr: { $lte: ['$_id', { $literal: upTo }] } }
}

// Their collection may have no index on the date, and gets none from us: so the whole order is made once, on the server's
// disk where it must be.
function optionsOf({ at }: SourceOptions, { by }: Walk): FindOptions {
  if (by !== 'date' || at === undefined)
    return { projection: { _id: 1 }, sort: { _id: by === 'newest first' ? -1 : 1 }, batchSize: PAGE }
  return { projection: { _id: 1, [at]: 1 }, sort: { [at]: 1, _id: 1 }, batchSize: PAGE, allowDiskUse: true }
}

function collectionOf(db: Db, { collection }: SourceOptions): Collection<Document> {
  return db.collection(collection, FOREIGN_BSON)
}
