/** Whom a message mentioned when it was posted: an edit adds nobody, a delete takes all away. */

import type { Message } from '@suda/protocol'
import type { WorkingSet } from '../commit/working-set.ts'
import { above, oneOf, other } from '../where.ts'

/** In the place of a user id: everybody in the room. */
const WHOLE_ROOM = ''

export function writeMentions(
  { authorId, mentions, roomId, seq }: Message,
  docs: WorkingSet,
): { userIds: readonly string[]; room: boolean } {
  const userIds = new Set<string>()
  for (const mention of mentions) if (mention.kind === 'user') userIds.add(mention.userId)
  const room = mentions.some((mention) => mention.kind === 'room')
  for (const userId of room ? [...userIds, WHOLE_ROOM] : userIds)
    docs.insert('mentions', { _id: `${roomId} ${seq} ${userId}`, roomId, userId, seq, authorId })
  return { userIds: [...userIds], room }
}

export async function removeMentions(docs: WorkingSet, roomId: string, seq: number): Promise<void> {
  for (const { _id } of await docs.find('mentions', { roomId, seq })) docs.remove('mentions', _id)
}

/** `seq` of each message beyond the read position that mentioned this user or the room when it was posted, ascending. */
export async function unreadMentions(
  docs: WorkingSet,
  { roomId, userId, readSeq }: { readonly roomId: string; readonly userId: string; readonly readSeq: number },
): Promise<number[]> {
  const where = { roomId, userId: oneOf([userId, WHOLE_ROOM]), seq: above(readSeq), authorId: other(userId) }
  const mentions = await docs.find('mentions', where)
  return [...new Set(mentions.map(({ seq }) => seq))].sort((a, b) => a - b)
}
