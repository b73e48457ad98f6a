/** The collection of a source, which is read and never written. */

import type { Collection, Db, Document, Filter, FindOptions } from 'mongodb'
import { byIds } from '../foreign/by-ids.ts'
import { FOREIGN_BSON } from '../foreign/foreign-bson.ts'
import type { Item } from '../foreign/foreign-row.ts'
import { idText } from '../foreign/id-text.ts'
import type { SourceOptions } from './source-options.ts'

const PAGE = 500
const AT_ONCE = 100

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

/**
 * What is to be posted of these, in the order of the ids; documents that are gone are left out. Each is read whole and
 * kept small, so that many large ones are never in memory at once.
 */
export async function itemsOf(
  db: Db,
  source: SourceOptions,
  ids: readonly unknown[],
  toItem: (document: Document) => Item,
): Promise<readonly Item[]> {
  const items = new Map<string, Item>()
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    for await (const document of collectionOf(db, source).find(byIds(ids.slice(from, from + AT_ONCE)))) {
      const item = toItem(document)
      items.set(item.row.sourceId, item)
    }
  }
  return ids.flatMap((id) => items.get(idText(id)) ?? [])
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
