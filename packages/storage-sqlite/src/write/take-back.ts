/** DL2a: what was taken back leaves the log, but its position stays. */

import { encodeChange } from '@suda/core/encode-change'
import { redactPosted, type Message } from '@suda/protocol'
import { iso } from '../rows.ts'
import type { Statements } from '../statements.ts'

interface Logged {
  position: number
  at: number
  retry_id: number | null
}

/** Only position and time are left of the row. The answer kept for a retry may hold the same text, so it goes as well. */
export function voidChange(sql: Statements, { position, at, retry_id }: Logged): void {
  const json = encodeChange({ position, at: iso(at), type: 'void', payload: {} })
  sql.run(
    `UPDATE changes SET type = 'void', audience = 'server', room_id = NULL, user_id = NULL, message_id = NULL, key = NULL,
     actor_id = NULL, via = NULL, request_id = NULL, supersedes = NULL, retry_id = NULL, json = ? WHERE position = ?`,
    json,
    position,
  )
  if (retry_id !== null) forgetAnswer(sql, retry_id)
}

/** @returns the positions that were voided: those of older values under the key */
export function voidKey(sql: Statements, key: string): number[] {
  const older = sql.all<Logged>('SELECT position, at, retry_id FROM changes WHERE key = ?', key)
  for (const row of older) voidChange(sql, row)
  return older.map((row) => row.position)
}

/**
 * The logged `message.posted` gets the message as it is now, earlier edits of it are voided.
 * @returns the positions concerned
 */
export function takeBack(sql: Statements, message: Message, postedAt: number): number[] {
  const edited = sql.all<Logged>(
    // The first of both conditions on the type is that of the index, which SQLite would not see in the second.
    `SELECT position, at, retry_id FROM changes WHERE message_id = ?
     AND type IN ('message.edited', 'message.deleted') AND type = 'message.edited'`,
    message.id,
  )
  for (const row of edited) voidChange(sql, row)
  forgetIdleAnswers(sql)
  const posted = replacePosted(sql, message, postedAt)
  return [...posted, ...edited.map((row) => row.position)]
}

function replacePosted(sql: Statements, message: Message, position: number): number[] {
  const posted = sql.one<{ json: string; retry_id: number | null }>(
    "SELECT json, retry_id FROM changes WHERE position = ? AND type = 'message.posted'",
    position,
  )
  if (posted === undefined) return [] // trimmed
  sql.run('UPDATE changes SET json = ? WHERE position = ?', redactPosted(posted.json, message), position)
  if (posted.retry_id !== null) forgetAnswer(sql, posted.retry_id)
  return [position]
}

// An answer that is brought later is as old as what was taken back, so none is taken any more.
export function forgetAnswer(sql: Statements, retryId: number): void {
  sql.run('UPDATE retries SET answer = NULL, is_taken_back = 1 WHERE id = ?', retryId)
}

/** Answers of requests that changed nothing, also those that are yet to be brought: they may tell of anything. */
export function forgetIdleAnswers(sql: Statements): void {
  sql.run('UPDATE retries SET answer = NULL, is_taken_back = 1 WHERE last_position = 0 AND is_taken_back = 0')
}

/** The answers that one user was given. */
export function forgetAnswersTo(sql: Statements, userId: string): void {
  sql.run('UPDATE retries SET answer = NULL, is_taken_back = 1 WHERE actor_id = ?', userId)
}
