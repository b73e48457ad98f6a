/** The collection `inbox`: what waits in it, and what became of it. */

import {
  MongoBulkWriteError,
  ObjectId,
  type AnyBulkWriteOperation,
  type Collection,
  type Db,
  type Document,
  type Filter,
} from 'mongodb'
import type { Collections } from '../collections.ts'
import { byIds } from '../foreign/by-ids.ts'
import { FOREIGN_BSON } from '../foreign/foreign-bson.ts'
import type { Found, Item, Settled } from '../foreign/foreign-row.ts'
import { idText } from '../foreign/id-text.ts'
import { takenAmong } from '../foreign/taken.ts'
import { inOneMoment } from '../reads/in-one-moment.ts'
import { INBOX, inboxItemOf } from './inbox-document.ts'

/** Documents that are looked up at once; they may be large. */
const IN_A_TURN = 100
const MOST_FOUND = 1_000

/**
 * What waits, oldest first: in the order in which the database keeps documents, which is that of their insertion. All is
 * of one moment, so that nothing is found without what the same writer wrote before it.
 * @param but by `sourceId`
 */
export function findWaiting(db: Collections, secret: string, but: ReadonlySet<string>): Promise<Found> {
  return inOneMoment(db, async (moment) => {
    const waiting = inboxOf(moment.db).find({ error: null }, { ...moment.options, batchSize: IN_A_TURN })
    const items: Item[] = []
    for await (const document of waiting.sort({ $natural: 1 })) {
      if (items.length === MOST_FOUND) return { items, isCut: true }
      const item = inboxItemOf(document, secret)
      if (!but.has(item.row.sourceId)) items.push(item)
    }
    return { items, isCut: false }
  })
}

/** Of these, in order, those that are there and were not refused. */
export async function stillWaiting(db: Db, items: readonly Item[]): Promise<readonly Item[]> {
  const ids = items.map(({ id }) => id)
  const found = await inboxOf(db)
    .find({ ...byIds(ids), error: null }, { projection: { _id: 1 } })
    .toArray()
  const there = new Set(found.map(({ _id }) => idText(_id)))
  return items.filter(({ id }) => there.has(idText(id)))
}

/**
 * A posted document goes, a refused one keeps its error.
 * @returns those with which that cannot be done, such as where a validator forbids it
 */
export async function settle(db: Collections, settled: readonly Settled[]): Promise<readonly Item[]> {
  const steps = stepsOf(await trueOutcomes(db, settled))
  try {
    await inboxOf(db.db).bulkWrite(
      steps.map(({ operation }) => operation),
      { ordered: false },
    )
    return []
  } catch (error) {
    const stuck = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : []
    // Everything else is of the connection or of all of them.
    if (stuck.length === 0) throw error
    return stuck.flatMap(({ index }) => steps[index]?.items ?? [])
  }
}

/** What a process posted that was killed before it said so here is not refused, though its room may have been closed since. */
async function trueOutcomes(db: Collections, settled: readonly Settled[]): Promise<readonly Settled[]> {
  const refused = settled.flatMap(({ item, outcome }) => ('error' in outcome ? [item.row.sourceId] : []))
  if (refused.length === 0) return settled
  const taken = await takenAmong(db, INBOX, refused)
  return settled.map(({ item, outcome }) =>
    taken.get(item.row.sourceId) === 'posted' ? { item, outcome: { posted: true } } : { item, outcome },
  )
}

interface Step {
  readonly items: readonly Item[]
  readonly operation: AnyBulkWriteOperation<Document>
}

function stepsOf(settled: readonly Settled[]): readonly Step[] {
  const posted = settled.flatMap(({ item, outcome }) => ('posted' in outcome ? [item] : []))
  const atOnce = posted.filter(({ id }) => id instanceof ObjectId)
  const oneByOne = posted.filter(({ id }) => !(id instanceof ObjectId))
  const refusals = settled.flatMap(({ item, outcome }): Step[] => {
    if (!('error' in outcome)) return []
    const update = { $set: { error: outcome.error } }
    return [{ items: [item], operation: { updateOne: { filter: isStill(item), update } } }]
  })
  return [
    ...(atOnce.length === 0
      ? []
      : [{ items: atOnce, operation: { deleteMany: { filter: byIds(atOnce.map(({ id }) => id)) } } }]),
    ...oneByOne.map((item) => ({ items: [item], operation: { deleteOne: { filter: isStill(item) } } })),
    ...refusals,
  ]
}

/** Another process may have settled it, and its writer used the `_id` again. */
function isStill({ id, row: { author, room, text } }: Item): Filter<Document> {
  return {
    ...byIds([id]),
    ...(author !== undefined && { author }),
    ...(room !== undefined && { room }),
    ...(text !== undefined && { text }),
  }
}

function inboxOf(db: Db): Collection<Document> {
  return db.collection(INBOX, FOREIGN_BSON)
}
