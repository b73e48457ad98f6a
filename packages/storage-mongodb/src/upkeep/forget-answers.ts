/** Answers kept for retries, of which some tell what was taken back. */

import type { Collections } from '../collections.ts'
import type { ChangeDocument } from '../documents.ts'
import { filterOf, oneOf } from '../where.ts'

/** Of the requests that made these changes. */
export async function forgetAnswersOf(
  db: Collections,
  changes: readonly Pick<ChangeDocument, 'retryId'>[],
): Promise<void> {
  await forgetAnswers(
    db,
    changes.flatMap(({ retryId }) => retryId ?? []),
  )
}

/** None is taken under these keys any more: one that is brought later is as old as what was taken back. */
export async function forgetAnswers(db: Collections, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const update = { $unset: { answer: '', isIdle: '' }, $set: { isTakenBack: true } } as const
  await db.of('retries').updateMany(filterOf({ _id: oneOf(ids) }), update, db.options)
}
