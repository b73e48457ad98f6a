/** Commands on their way into a transaction. */

import type { CommitOptions, Committed, Draft } from '@suda/core/storage'

export interface CommitRequest {
  readonly drafts: readonly Draft[]
  readonly options: CommitOptions
  readonly resolve: (committed: Committed) => void
  readonly reject: (error: Error) => void
  /** Of performance.now(): who waits longer is told that it is unknown. */
  readonly deadline: number
}

/** Such rows are given again by whoever had them posted, and keep their order. */
export function isForeign({ drafts }: Pick<CommitRequest, 'drafts'>): boolean {
  return drafts.some((draft) => draft.type === 'message.posted' && draft.source !== undefined)
}

/** What a request adds to a transaction, roughly: a text is stored in the message and, escaped, in the log. */
export function bytesOf({ drafts }: Pick<CommitRequest, 'drafts'>): number {
  let bytes = 0
  for (const draft of drafts) bytes += 1_000 + (draft.type === 'message.posted' ? 6 * draft.message.text.length : 0)
  return bytes
}
