/** A user goes: nothing is left in the state but the id, and what the log tells is erased by a job. */

import type { DraftOf } from '@suda/core/storage'
import { ChatError, type CommittedChange } from '@suda/protocol'
import type { UserDocument } from '../documents.ts'
import { cardOf } from '../mappers-document.ts'
import { without } from '../without-document.ts'
import { forgetAnswersTo, forgetIdleAnswers, voidKey } from './take-back.ts'
import { append, type Tx } from './tx.ts'
import { profileKey } from './users.ts'

/** The names are free at once. One who is deleted already makes no change. @throws ChatError `not_found` */
export async function deleteUser(draft: DraftOf<'user.deleted'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { userId } = draft
  const old = await tx.docs.get('users', userId)
  if (old === undefined) throw new ChatError('not_found')
  if (old.deletedAt !== undefined) return undefined
  const gone = withoutNames(old, tx)
  tx.docs.replace('users', gone)
  await removeWaysIn(userId, tx)
  const supersedes = await voidKey(tx.docs, profileKey(userId))
  await forgetAnswersTo(tx.docs, userId)
  await forgetIdleAnswers(tx.docs)
  tx.erases = true
  return append(tx, draft, { type: 'user.deleted', userId, payload: { user: cardOf(gone) } }, { supersedes })
}

function withoutNames(old: UserDocument, { at, next }: Tx): UserDocument {
  const bare = without(old, 'username', 'displayName', 'displayKey', 'email', 'externalId', 'passwordHash')
  return {
    ...without(bare, 'timeZone', 'locale'),
    revision: old.revision + 1,
    deletedAt: at,
    deletedPosition: next,
    erasedTo: 0,
  }
}

// What lives has ended by drafts of its own, so that everybody knows. This is for what has expired, is used up, or was
// forgotten there: whatever it is, it lets nobody in.
async function removeWaysIn(userId: string, { docs }: Tx): Promise<void> {
  for (const name of ['sessions', 'tokens'] as const)
    for (const { _id } of await docs.find(name, { userId })) docs.remove(name, _id)
  for (const { _id } of await docs.find('invites', { createdBy: userId })) docs.remove('invites', _id)
}
