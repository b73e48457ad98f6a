/** What the writing of one commit has at hand, and the one way to append to the log. */

import type { CommittedBy, Draft } from '@suda/core/storage'
import { auditDetail } from '@suda/core/storage/adapting'
import { encodeChange } from '@suda/core/encode-change'
import { CHANGES, type Audience, type Change, type CommittedChange, type RoomRole, type SiteRole } from '@suda/protocol'
import { iso, viaColumn } from '../rows.ts'
import type { Statements } from '../statements.ts'

export interface Tx {
  readonly sql: Statements
  readonly by: CommittedBy
  /** Of all changes of this commit, ms; never before those of the last one. */
  readonly at: number
  /** What the clock says, ms: `at` stays ahead of it for as long as a wrong clock once was. */
  readonly now: number
  /** The position that the next change gets. */
  next: number
  /** The row of `retries` whose answer tells what this commit did. */
  readonly retryId: number | undefined
  /** The user and room that the preconditions asked for last. */
  standing?: { readonly roomId: string; readonly userId: string; readonly standing: Standing | undefined }
  /** Something was taken back: the WAL must be emptied soon. */
  redacts: boolean
  /** A room or user was deleted: its content, or what the log tells of the names, must be erased. */
  erases: boolean
}

/** Who an active user is to a room. */
export interface Standing {
  siteRole: SiteRole
  visibility: 'public' | 'private'
  archived: number
  /** Null for somebody who is no member. */
  role: RoomRole | null
  mutedUntil: number | null
}

type Content<C = Change> = C extends Change ? Omit<C, 'position' | 'at' | 'actorId'> : never

interface Extras {
  readonly key?: string
  /** What this change takes back. */
  readonly supersedes?: readonly number[]
}

/** Gives the change its position and writes its row, and its audit row where the protocol wants one. */
export function append(tx: Tx, draft: Draft, content: Content, extras: Extras = {}): CommittedChange {
  const { actorId } = tx.by
  const position = tx.next++
  const change: Change = { position, at: iso(tx.at), ...content, ...(actorId !== undefined && { actorId }) }
  const committed = committedOf(change, tx.at, draft.audience, extras)
  writeRow(tx, committed, extras)
  if (CHANGES[change.type].audited) writeAudit(tx, draft, committed)
  return committed
}

function committedOf(change: Change, at: number, audience: readonly Audience[], extras: Extras): CommittedChange {
  const { position, type, roomId, userId, messageId, actorId } = change
  return {
    position,
    at,
    type,
    audience,
    ...(roomId !== undefined && { roomId }),
    ...(userId !== undefined && { userId }),
    ...(messageId !== undefined && { messageId }),
    ...(actorId !== undefined && { actorId }),
    json: encodeChange(change),
    ...(extras.supersedes !== undefined && extras.supersedes.length > 0 && { supersedes: extras.supersedes }),
  }
}

function writeRow({ sql, by, retryId }: Tx, change: CommittedChange, { key }: Extras): void {
  sql.run(
    `INSERT INTO changes (position, at, type, audience, room_id, user_id, message_id, key, actor_id, via, request_id, supersedes, retry_id, json)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    change.position,
    change.at,
    change.type,
    change.audience.join(' '),
    change.roomId ?? null,
    change.userId ?? null,
    change.messageId ?? null,
    key ?? null,
    change.actorId ?? null,
    viaColumn(by.via),
    by.requestId,
    change.supersedes?.join(' ') ?? null,
    retryId ?? null,
    change.json,
  )
}

function writeAudit({ sql, by }: Tx, draft: Draft, change: CommittedChange): void {
  const detail = auditDetail(draft)
  sql.run(
    'INSERT INTO audit (at, type, actor_id, user_id, room_id, via, address, request_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    change.at,
    change.type,
    by.actorId ?? null,
    change.userId ?? null,
    change.roomId ?? null,
    viaColumn(by.via),
    by.address ?? null,
    by.requestId,
    detail === undefined ? null : JSON.stringify(detail),
  )
}
