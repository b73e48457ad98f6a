/** Nothing but the id is left of a deleted user: at once in the state, in the log by a job that begins with this. */

import type { DraftOf } from '@suda/core/storage'
import { ChatError, type CommittedChange } from '@suda/protocol'
import { cardOf } from '../rows.ts'
import { selectUser } from '../select.ts'
import { forgetAnswersTo, forgetIdleAnswers, voidKey } from './take-back.ts'
import { append, type Tx } from './tx.ts'
import { profileKey } from './users.ts'

/** One who is deleted already makes no change. */
export function deleteUser(draft: DraftOf<'user.deleted'>, tx: Tx): CommittedChange | undefined {
  const { userId } = draft
  const old = selectUser(tx.sql, userId)
  if (old === undefined) throw new ChatError('not_found')
  if (old.deleted_at !== null) return undefined
  erase(userId, tx)
  endEverything(userId, tx)
  const supersedes = voidKey(tx.sql, profileKey(userId))
  forgetAnswersTo(tx.sql, userId)
  forgetIdleAnswers(tx.sql)
  tx.redacts = true
  tx.erases = true
  const user = cardOf({ ...old, revision: old.revision + 1, deleted_at: tx.at })
  return append(tx, draft, { type: 'user.deleted', userId, payload: { user } }, { supersedes })
}

function erase(userId: string, tx: Tx): void {
  tx.sql.run(
    `UPDATE users SET username = NULL, display_name = NULL, display_key = NULL, email = NULL, external_id = NULL,
     time_zone = NULL, locale = NULL, password_hash = NULL, revision = revision + 1, deleted_at = ?, erasing = ? WHERE id = ?`,
    tx.at,
    tx.next,
    userId,
  )
}

// The drafts before this one have ended all that the handler knew of; whatever is left must not work either.
function endEverything(userId: string, tx: Tx): void {
  for (const table of ['sessions', 'tokens', 'invites']) tx.sql.run(`DELETE FROM ${table} WHERE user_id = ?`, userId)
}
