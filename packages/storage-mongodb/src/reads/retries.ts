import type { Collections } from '../collections.ts'
import { retryId } from '../documents.ts'

/** What a key stands for; its document may be a little older than it is kept for, until it is cleaned away. */
export async function keptAnswer(
  db: Collections,
  actorId: string,
  key: string,
): Promise<{ requestHash: string; answer?: string } | undefined> {
  const retry = await db.get('retries', retryId(actorId, key))
  if (retry === undefined) return undefined
  const { requestHash, answer } = retry
  return { requestHash, ...(answer !== undefined && { answer }) }
}
