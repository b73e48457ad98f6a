/** A request that comes again changes nothing: known by its key, its message id, or the foreign row it came from. */

import type { Committed, Draft, IdempotencyKey } from '@suda/core/storage'
import { ChatError, type CommittedChange } from '@suda/protocol'
import { changesBetween } from '../log-rows.ts'
import type { Statements } from '../statements.ts'

interface RetryRow {
  id: number
  request_hash: string
  answer: string | null
  first_position: number
  last_position: number
}

/**
 * What an earlier commit under the key did, with a newly brought answer put beside it.
 * @throws ChatError `conflict` if the key stands for another request
 */
export function repeatedByKey(key: IdempotencyKey, drafts: readonly Draft[], sql: Statements): Committed | undefined {
  const row = sql.one<RetryRow>(
    'SELECT id, request_hash, answer, first_position, last_position FROM retries WHERE actor_id = ? AND key = ?',
    key.actorId,
    key.key,
  )
  if (row === undefined) return undefined
  if (row.request_hash !== key.requestHash) throw new ChatError('conflict')
  if (drafts.length === 0 && key.answer !== undefined) {
    sql.run('UPDATE retries SET answer = ? WHERE id = ? AND is_taken_back = 0', key.answer, row.id)
    return { changes: [], repeated: false, answer: key.answer }
  }
  const changes = changesBetween(sql, row.first_position, row.last_position)
  return { changes, repeated: true, ...(row.answer !== null && { answer: row.answer }) }
}

/** What a key stands for; its row may be a little older than it is kept for, until it is cleaned away. */
export function keptAnswer(
  sql: Statements,
  actorId: string,
  key: string,
): { requestHash: string; answer?: string } | undefined {
  const row = sql.one<{ request_hash: string; answer: string | null }>(
    'SELECT request_hash, answer FROM retries WHERE actor_id = ? AND key = ?',
    actorId,
    key,
  )
  return row && { requestHash: row.request_hash, ...(row.answer !== null && { answer: row.answer }) }
}

/** Whether one of the drafts posts what was posted before. */
export function isRepeated(drafts: readonly Draft[], sql: Statements): boolean {
  return drafts.some((draft) => draft.type === 'message.posted' && isPosted(draft, sql))
}

/** Keeps the key; what was done under it follows when the drafts are written: until then it is none that changed nothing. */
export function keepKey(
  { actorId, key, requestHash }: IdempotencyKey,
  at: number,
  sql: Statements,
): number | undefined {
  return sql.one<{ id: number }>(
    `INSERT INTO retries (actor_id, key, request_hash, first_position, last_position, at) VALUES (?, ?, ?, 1, -1, ?) RETURNING id`,
    actorId,
    key,
    requestHash,
    at,
  )?.id
}

/** The answer is of now, so only what this commit itself has done and taken back takes it along. */
export function keepDone(
  retryId: number,
  { answer, changes }: { readonly answer: string | undefined; readonly changes: readonly CommittedChange[] },
  sql: Statements,
): void {
  const [first, last] = [changes[0]?.position ?? 1, changes.at(-1)?.position ?? 0]
  sql.run(
    `UPDATE retries SET first_position = ?, last_position = ?, answer = CASE is_taken_back WHEN 0 THEN ? END WHERE id = ?`,
    first,
    last,
    answer ?? null,
    retryId,
  )
}

// The same id with anything else is left to the unique index: the preconditions come first, so that nobody learns by
// it which ids exist in rooms they cannot read.
function isPosted(draft: Extract<Draft, { type: 'message.posted' }>, sql: Statements): boolean {
  if (draft.source !== undefined && isTaken(draft.source, sql)) return true
  const row = sql.one<{ room_id: string; author_id: string; body_hash: string }>(
    'SELECT room_id, author_id, body_hash FROM messages WHERE id = ?',
    draft.messageId,
  )
  if (row === undefined) return false
  return row.room_id === draft.roomId && row.author_id === draft.message.authorId && row.body_hash === draft.bodyHash
}

function isTaken({ source, sourceId }: { source: string; sourceId: string }, sql: Statements): boolean {
  return sql.one('SELECT 1 FROM sources WHERE source = ? AND source_id = ?', source, sourceId) !== undefined
}
