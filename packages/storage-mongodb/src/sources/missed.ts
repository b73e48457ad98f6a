/** The newest documents of a source that nobody is done with: what was inserted while no process was there. */

import type { Collections } from '../collections.ts'
import type { Item } from '../foreign/foreign-row.ts'
import { idText } from '../foreign/id-text.ts'
import { documentsOf, pagesOfIds } from './source-collection.ts'
import { sourceItemOf } from './source-document.ts'
import type { SourceOptions } from './source-options.ts'
import { takenAmong } from './taken.ts'

/** More than these are found when all documents are gone through. */
const MOST = 5_000

/** Goes back from the newest `_id` until a whole page of documents is done with. @returns oldest first */
export async function findMissed(db: Collections, source: SourceOptions): Promise<readonly Item[]> {
  const missed: unknown[] = []
  for await (const ids of pagesOfIds(db.db, source, { by: 'newest first' })) {
    const taken = await takenAmong(db, source.name, ids.map(idText))
    const found = ids.filter((id) => !taken.has(idText(id)))
    missed.push(...found)
    if (found.length === 0 || missed.length >= MOST) break
  }
  const documents = await documentsOf(db.db, source, missed.reverse())
  return documents.map((document) => sourceItemOf(document, source, { isLate: true }))
}
