/** A request that comes again changes nothing: known by its key, its message id, or the foreign row it came from. */

import type { Committed, Draft, DraftOf, IdempotencyKey } from '@suda/core/storage'
import { isNote } from '@suda/core/storage/adapting'
import { ChatError } from '@suda/protocol'
import type { WorkingSet } from '../commit/working-set.ts'
import { retryId, takenId } from '../documents.ts'
import { changeOf } from '../mappers-document.ts'
import { between } from '../where.ts'

/**
 * What an earlier commit under the key did, with a newly brought answer put beside it.
 * @throws ChatError `conflict` if the key stands for another request
 */
export async function repeatedByKey(
  key: IdempotencyKey,
  drafts: readonly Draft[],
  docs: WorkingSet,
): Promise<Committed | undefined> {
  const kept = await docs.get('retries', retryId(key.actorId, key.key))
  if (kept === undefined) return undefined
  if (kept.requestHash !== key.requestHash) throw new ChatError('conflict')
  if (drafts.length === 0 && key.answer !== undefined) {
    if (kept.isTakenBack !== true) docs.replace('retries', { ...kept, answer: key.answer })
    return { changes: [], repeated: false, answer: key.answer }
  }
  const { answer, firstPosition, lastPosition } = kept
  const changes =
    lastPosition === 0
      ? []
      : await docs.find('changes', { _id: between(firstPosition, lastPosition) }, { sort: { _id: 1 } })
  return { changes: changes.map(changeOf), repeated: true, ...(answer !== undefined && { answer }) }
}

/** Whether one of the drafts posts what was posted before. */
export async function isRepeated(drafts: readonly Draft[], docs: WorkingSet): Promise<boolean> {
  for (const draft of drafts) if (draft.type === 'message.posted' && (await isPosted(draft, docs))) return true
  return false
}

// The same id with anything else is left to the writing: the preconditions come first, so that nobody learns by it which
// ids exist in rooms they cannot read.
async function isPosted(draft: DraftOf<'message.posted'>, docs: WorkingSet): Promise<boolean> {
  const { bodyHash, message, messageId, roomId, source } = draft
  if (
    source !== undefined &&
    (await docs.get('taken', takenId(source.source, source.sourceId)))?.messageId !== undefined
  )
    return true
  // A note may be left out with what it tells of (ST33), and then nothing else would show that its id is taken.
  const posted = isNote(draft) ? await docs.get('messages', messageId) : await docs.messageBefore(messageId)
  if (posted === undefined) return false
  return posted.roomId === roomId && posted.authorId === message.authorId && posted.bodyHash === bodyHash
}
