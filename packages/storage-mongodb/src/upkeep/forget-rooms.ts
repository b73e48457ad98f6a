/** Deleted rooms behind the beginning of the log: nobody can be told of them any more, so nobody's membership matters. */

import type { Collections } from '../collections.ts'
import { readHead } from '../reads/log.ts'
import { absent, below, filterOf, oneOf } from '../where.ts'

/**
 * Beside the log and not with its trimming, which nobody can write beside: a room may have had very many members.
 * @returns whether there was something to forget, so that there may be more
 */
export async function forgetSlice(db: Collections, limit: number): Promise<boolean> {
  const { firstPosition } = await readHead(db)
  const gone = { deletedPosition: below(firstPosition), isErasing: absent }
  const [room] = await db.find('rooms', gone, { limit: 1 })
  if (room === undefined) return false
  const members = await db.find('members', { roomId: room._id }, { limit })
  if (members.length > 0) await db.of('members').deleteMany(filterOf({ _id: oneOf(members.map(({ _id }) => _id)) }))
  // Last, since a membership without its room would be one of a room that lives.
  if (members.length < limit) await db.of('rooms').deleteOne(filterOf({ _id: room._id }))
  return true
}
