/** Which rooms somebody is a member of. */

import { LIMITS } from '@suda/protocol'
import type { Reads } from '../storage/storage.ts'

/** @returns their ids, also of somebody suspended; without those of rooms that were deleted */
export async function membershipsOf(userId: string, reads: Reads): Promise<readonly string[]> {
  const ids: string[] = []
  let after: string | undefined
  do {
    const page = { browse: false, limit: LIMITS.pageSize, ...(after !== undefined && { after }) }
    const { more, rooms } = await reads.rooms(userId, page)
    ids.push(...rooms.map(({ id }) => id))
    after = more
  } while (after !== undefined)
  return ids
}
