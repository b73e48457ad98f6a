/** One commit inside its savepoint: is it a retry, does it still hold, then its drafts. */

import type { CommitOptions, Committed, Draft } from '@suda/core/storage'
import { isNote } from '@suda/core/storage/adapting'
import type { CommittedChange } from '@suda/protocol'
import type { Statements } from '../statements.ts'
import { checkPreconditions } from './preconditions.ts'
import { isRepeated, keepDone, keepKey, repeatedByKey } from './retries.ts'
import type { Tx } from './tx.ts'
import { writeDraft } from './write-draft.ts'

/** What the writer goes on counting from. */
export interface Clock {
  next: number
  at: number
}

export interface Ran {
  readonly committed: Committed
  readonly redacts: boolean
  readonly erases: boolean
}

/** @throws ChatError or the driver's error; the caller rolls back and forgets the clock's advance */
export function runCommit(drafts: readonly Draft[], options: CommitOptions, sql: Statements, clock: Clock): Ran {
  const { idempotency, preconditions, by } = options
  const repeated = idempotency && repeatedByKey(idempotency, drafts, sql)
  if (repeated !== undefined) return unchanged(repeated)
  if (isRepeated(drafts, sql)) return unchanged({ changes: [], repeated: true })
  const now = Date.now()
  const at = Math.max(clock.at, now)
  const retryId = idempotency && keepKey(idempotency, at, sql)
  const tx: Tx = { sql, by, at, now, next: clock.next, retryId, redacts: false, erases: false }
  checkPreconditions(preconditions, tx)
  const changes = writeDrafts(drafts, tx)
  const answer = idempotency?.answer
  if (retryId !== undefined) keepDone(retryId, { answer, changes }, sql)
  Object.assign(clock, { next: tx.next, at })
  return {
    committed: { changes, repeated: false, ...(answer !== undefined && { answer }) },
    redacts: tx.redacts,
    erases: tx.erases,
  }
}

function writeDrafts(drafts: readonly Draft[], tx: Tx): CommittedChange[] {
  const changes: CommittedChange[] = []
  let hasChanged = true
  for (const draft of drafts) {
    const change: CommittedChange | undefined = hasChanged || !isNote(draft) ? writeDraft(draft, tx) : undefined
    hasChanged = change !== undefined
    if (change !== undefined) changes.push(change)
  }
  return changes
}

function unchanged(committed: Committed): Ran {
  return { committed, redacts: false, erases: false }
}
