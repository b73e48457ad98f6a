/** What the writing of one commit has at hand, and the one way to append to the log. */

import type { CommittedBy, Draft } from '@suda/core/storage'
import { auditDetail } from '@suda/core/storage/adapting'
import { encodeChange } from '@suda/core/encode-change'
import { CHANGES, type Audience, type Change, type CommittedChange } from '@suda/protocol'
import type { WorkingSet } from '../commit/working-set.ts'
import type { ChangeDocument } from '../documents.ts'
import { changeOf } from '../mappers-document.ts'

export interface Tx {
  readonly docs: WorkingSet
  readonly by: CommittedBy
  /** Of all changes of this commit; never before those of the last one, whichever node made it. */
  readonly at: Date
  /** What the clock says: `at` stays ahead of it for as long as a wrong clock once was. */
  readonly now: Date
  /** The transaction. */
  readonly group: string
  /** The position that the next change gets. */
  next: number
  /** The request whose kept answer tells what this commit did. */
  readonly retryId: string | undefined
  /** A room or a user was deleted: its content, or the user's names in the log, must be erased. */
  erases: boolean
}

type Content<C = Change> = C extends Change ? Omit<C, 'position' | 'at' | 'actorId'> : never

interface Extras {
  readonly key?: string
  readonly editOf?: string
  readonly settingsOf?: string
  /** What this change takes back. */
  readonly supersedes?: readonly number[]
}

/** Gives the change its position and stages its document, and that of the audit where the protocol wants one. */
export function append(tx: Tx, draft: Draft, content: Content, extras: Extras = {}): CommittedChange {
  const { actorId } = tx.by
  const position = tx.next++
  const change: Change = {
    position,
    at: tx.at.toISOString(),
    ...content,
    ...(actorId !== undefined && { actorId }),
  }
  const document = documentOf(change, draft.audience, extras, tx)
  tx.docs.insert('changes', document)
  if (CHANGES[change.type].audited) audit(document, draft, tx)
  return changeOf(document)
}

function documentOf(change: Change, audience: readonly Audience[], extras: Extras, tx: Tx): ChangeDocument {
  const { position, type, roomId, userId, messageId, actorId } = change
  const { supersedes = [], ...found } = extras
  return {
    _id: position,
    at: tx.at,
    type,
    audience,
    ...(roomId !== undefined && { roomId }),
    ...(userId !== undefined && { userId }),
    ...(messageId !== undefined && { messageId }),
    ...found,
    ...(actorId !== undefined && { actorId }),
    via: tx.by.via,
    requestId: tx.by.requestId,
    ...(supersedes.length > 0 && { supersedes }),
    ...(tx.retryId !== undefined && { retryId: tx.retryId }),
    group: tx.group,
    json: encodeChange(change),
  }
}

function audit({ _id, type, userId, roomId }: ChangeDocument, draft: Draft, { by, at, docs }: Tx): void {
  const { actorId, address, requestId, via } = by
  const detail = auditDetail(draft)
  docs.insert('audit', {
    _id,
    at,
    type,
    ...(actorId !== undefined && { actorId }),
    ...(userId !== undefined && { userId }),
    ...(roomId !== undefined && { roomId }),
    via,
    ...(address !== undefined && { address }),
    requestId,
    ...(detail !== undefined && { detail }),
  })
}
