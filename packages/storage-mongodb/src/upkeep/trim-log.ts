/** DL2b: the log loses its oldest part, in slices, each with the new first position one transaction. */

import type { MongoLimits } from '../limits.ts'
import { atMost, below, between, filterOf } from '../where.ts'
import { atomically, type Upkept } from './atomically.ts'

/** @returns whether a whole slice was removed, so that there may be more */
export async function trimSlice(upkept: Upkept, limits: MongoLimits, now: Date): Promise<boolean> {
  const { db } = upkept
  const log = await db.get('log', 'log')
  if (log === undefined) return false
  const { firstPosition, position } = log
  // The newest change stays in any case: it tells where the log ends.
  const bound = Math.min(firstPosition + limits.trimSlice - 1, position - limits.keepChanges, position - 1)
  if (bound < firstPosition) return false
  const old = { _id: between(firstPosition, bound), at: below(new Date(now.getTime() - limits.keepMs)) }
  const [last] = await db.find('changes', old, { sort: { _id: -1 }, limit: 1 })
  if (last === undefined) return false
  await removeUpTo(upkept, last._id)
  return last._id === firstPosition + limits.trimSlice - 1
}

async function removeUpTo(upkept: Upkept, last: number): Promise<void> {
  await atomically(upkept, async (within) => {
    const { options } = within
    // Beside the deletion of another process it conflicts here, and then finds itself behind.
    const moved = await within
      .of('log')
      .updateOne(filterOf({ _id: 'log', firstPosition: atMost(last) }), { $set: { firstPosition: last + 1 } }, options)
    if (moved.modifiedCount === 0) return
    await within.of('changes').deleteMany(filterOf({ _id: atMost(last) }), options)
  })
}
