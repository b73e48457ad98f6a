/** One commit inside its group's transaction: is it a retry, does it still hold, then its drafts. */

import type { CommitOptions, Committed, Draft, IdempotencyKey } from '@suda/core/storage'
import { isNote } from '@suda/core/storage/adapting'
import type { CommittedChange } from '@suda/protocol'
import type { WorkingSet } from '../commit/working-set.ts'
import { retryId } from '../documents.ts'
import { checkPreconditions } from './preconditions.ts'
import { isRepeated, repeatedByKey } from './retries.ts'
import type { Tx } from './tx.ts'
import { writeDraft } from './write-draft.ts'

/** Where the log ends, as far as this transaction has come. */
export interface End {
  position: number
  /** Of the newest change. */
  at: Date
}

export interface Ran {
  readonly committed: Committed
  readonly erases: boolean
}

interface RunOptions {
  readonly docs: WorkingSet
  readonly end: End
  readonly group: string
}

/** @throws ChatError or the driver's error; the caller undoes what was staged, and the log's end */
export async function runCommit(drafts: readonly Draft[], options: CommitOptions, run: RunOptions): Promise<Ran> {
  const { docs, end, group } = run
  const { idempotency, preconditions, by } = options
  const repeated = idempotency && (await repeatedByKey(idempotency, drafts, docs))
  if (repeated !== undefined) return { committed: repeated, erases: false }
  if (await isRepeated(drafts, docs)) return { committed: { changes: [], repeated: true }, erases: false }
  const now = new Date()
  const at = end.at > now ? end.at : now
  const key = idempotency && retryId(idempotency.actorId, idempotency.key)
  const tx: Tx = { docs, by, at, now, group, next: end.position + 1, retryId: key, erases: false }
  await checkPreconditions(preconditions, tx)
  const changes = await writeDrafts(drafts, tx)
  if (idempotency !== undefined) await keepKey(idempotency, changes, tx)
  end.position = tx.next - 1
  if (changes.length > 0) end.at = at
  const answer = idempotency?.answer
  return { committed: { changes, repeated: false, ...(answer !== undefined && { answer }) }, erases: tx.erases }
}

async function writeDrafts(drafts: readonly Draft[], tx: Tx): Promise<CommittedChange[]> {
  const changes: CommittedChange[] = []
  let hasChanged = true
  for (const draft of drafts) {
    const change: CommittedChange | undefined = hasChanged || !isNote(draft) ? await writeDraft(draft, tx) : undefined
    hasChanged = change !== undefined
    if (change !== undefined) changes.push(change)
  }
  return changes
}

async function keepKey(
  { actorId, answer, key, requestHash }: IdempotencyKey,
  changes: readonly CommittedChange[],
  { at, docs }: Tx,
): Promise<void> {
  const [first, last] = [changes[0]?.position ?? 1, changes.at(-1)?.position ?? 0]
  const isTakenBack = await hasTakenBack(changes, docs)
  docs.insert('retries', {
    _id: retryId(actorId, key),
    requestHash,
    ...(answer !== undefined && !isTakenBack && { answer }),
    firstPosition: first,
    lastPosition: last,
    ...(last === 0 && { isIdle: true }),
    ...(isTakenBack && { isTakenBack }),
    at,
  })
}

/** Whether the commit has taken back something of its own. */
async function hasTakenBack(changes: readonly CommittedChange[], docs: WorkingSet): Promise<boolean> {
  for (const { json, position } of changes) if ((await docs.get('changes', position))?.json !== json) return true
  return false
}
