/** The newest documents of a source that nobody is done with: what was inserted while no process was there. */

import type { Document } from 'mongodb'
import type { Collections } from '../collections.ts'
import type { Found } from '../foreign/foreign-row.ts'
import { idText } from '../foreign/id-text.ts'
import type { LookThrough } from './look-through.ts'
import { itemsOf, pagesOfIds } from './source-collection.ts'
import { sourceItemOf } from './source-document.ts'
import type { SourceOptions } from './source-options.ts'
import { takenAmong } from '../foreign/taken.ts'

/** Their ids are in memory. What was missed before these is found when all documents are gone through. */
const MOST = 200_000
const MOST_FOUND = 1_000

/** Goes back from the newest `_id` until a whole page of documents is done with, and answers the oldest of what is not. */
export async function findMissed(
  db: Collections,
  source: SourceOptions,
  { isUnderWay, untilTold }: Pick<LookThrough, 'isUnderWay' | 'untilTold'>,
): Promise<Found> {
  const found = await missedIds(db, source)
  await untilTold()
  const missed = found.filter((id) => !isUnderWay(idText(id)))
  const toItem = (document: Document) => sourceItemOf(document, source, { isLate: true })
  const items = await itemsOf(db.db, source, missed.slice(0, MOST_FOUND), toItem)
  return { items, isCut: missed.length > MOST_FOUND }
}

/** Oldest first. */
async function missedIds(db: Collections, source: SourceOptions): Promise<readonly unknown[]> {
  const missed: unknown[] = []
  for await (const ids of pagesOfIds(db.db, source, { by: 'newest first' })) {
    const taken = await takenAmong(db, source.name, ids.map(idText))
    const found = ids.filter((id) => !taken.has(idText(id)))
    missed.push(...found)
    if (found.length === 0 || missed.length >= MOST) break
  }
  return missed.reverse()
}
