/** Which rooms somebody is a member of. */

import type { Reads } from '../storage/storage.ts'

/** @returns their ids, without those of rooms that were deleted */
export async function membershipsOf(userId: string, reads: Reads): Promise<readonly string[]> {
  const { rooms } = await reads.readership(userId)
  return rooms.filter(({ isMember, deletedAt }) => isMember && deletedAt === undefined).map(({ roomId }) => roomId)
}
