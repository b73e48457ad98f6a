/** Which rows of a source are done with: posted, or refused. */

import type { Collections } from '../collections.ts'
import { takenId, type TakenDocument } from '../documents.ts'
import { isDuplicate } from '../driver-error.ts'
import type { Item, Settled } from './foreign-row.ts'
import { absent, filterOf, oneOf } from '../where.ts'

export type Taken = 'posted' | 'refused'

/** Of those ids that are done with. */
export async function takenAmong(
  db: Collections,
  source: string,
  sourceIds: readonly string[],
): Promise<ReadonlyMap<string, Taken>> {
  const where = { _id: oneOf(sourceIds.map((sourceId) => takenId(source, sourceId))) }
  const found = await db.find('taken', where)
  return new Map(
    found.map(({ _id, messageId }) => [_id.slice(source.length + 1), messageId === undefined ? 'refused' : 'posted']),
  )
}

/** Of these, in order, those that nobody is done with. */
export async function notTaken(db: Collections, source: string, items: readonly Item[]): Promise<readonly Item[]> {
  const sourceIds = items.map(({ row }) => row.sourceId)
  const taken = await takenAmong(db, source, sourceIds)
  return items.filter(({ row }) => !taken.has(row.sourceId))
}

/** What was posted is marked by its own commit. */
export async function markRefused(db: Collections, settled: readonly Settled[]): Promise<void> {
  for (const { item, outcome } of settled) if ('error' in outcome) await markOne(db, item, outcome.error)
}

async function markOne(db: Collections, { row }: Item, error: string): Promise<void> {
  const _id = takenId(row.source, row.sourceId)
  try {
    await db
      .of('taken')
      .updateOne(
        filterOf<TakenDocument>({ _id, messageId: absent }),
        { $set: { source: row.source, error, at: new Date() } },
        { upsert: true },
      )
  } catch (cause) {
    if (!isDuplicate(cause)) throw cause // another process has posted it
  }
}
