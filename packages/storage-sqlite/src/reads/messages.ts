/** Reads of messages: one, a page of a room's main view, a page of a thread. */

import type { MessageOrigin, MessagePage, PageBound } from '@suda/core/storage'
import { namedIn } from '@suda/core/storage/adapting'
import type { Message } from '@suda/protocol'
import { messageOf, type MessageRow } from '../room-rows.ts'
import { MESSAGE, selectCards, selectMessage, selectRoom } from '../select.ts'
import type { Statements } from '../statements.ts'

/** Messages of deleted rooms are not found, although the job may not have reached them yet. */
export function readMessage(sql: Statements, id: string): Message | undefined {
  const row = selectMessage(sql, id)
  if (row === undefined || selectRoom(sql, row.room_id) === undefined) return undefined
  return messageOf(row)
}

export function readOrigin(sql: Statements, id: string): MessageOrigin | undefined {
  return sql.one<MessageOrigin>(
    'SELECT room_id AS roomId, author_id AS authorId, body_hash AS bodyHash, position FROM messages WHERE id = ?',
    id,
  )
}

export function readMessages(sql: Statements, roomId: string, page: PageBound & { limit: number }): MessagePage {
  if (selectRoom(sql, roomId) === undefined) return EMPTY
  return pageOf(sql, { where: 'room_id = ? AND in_main = 1', value: roomId }, page)
}

export function readThread(
  sql: Statements,
  rootId: string,
  page: { after?: number; before?: number; limit: number },
): MessagePage {
  if (readMessage(sql, rootId) === undefined) return EMPTY
  return pageOf(sql, { where: 'thread_id = ?', value: rootId }, page)
}

const EMPTY: MessagePage = { messages: [], users: [], hasBefore: false, hasAfter: false }

/** Which messages, ordered by `seq`, are paged through. */
interface View {
  readonly where: string
  readonly value: string
}

interface Bounds {
  readonly before?: number
  readonly after?: number
  readonly around?: number
  readonly limit: number
}

function pageOf(sql: Statements, view: View, { before, after, around, limit }: Bounds): MessagePage {
  if (around !== undefined) return pageAround(sql, view, around, limit)
  if (after !== undefined) {
    const rows = selectFrom(sql, view, after + 1, limit + 1)
    return answer(sql, rows.slice(0, limit), hasUpTo(sql, view, after), rows.length > limit)
  }
  const end = before ?? Number.MAX_SAFE_INTEGER
  const rows = selectBefore(sql, view, end, limit + 1)
  return answer(
    sql,
    rows.slice(0, limit).reverse(),
    rows.length > limit,
    before !== undefined && hasFrom(sql, view, end),
  )
}

function pageAround(sql: Statements, view: View, around: number, limit: number): MessagePage {
  const half = Math.floor(limit / 2)
  const older = selectBefore(sql, view, around, half + 1)
  const newer = selectFrom(sql, view, around, limit - Math.min(half, older.length) + 1)
  const room = limit - Math.min(half, older.length)
  const rows = [...older.slice(0, half).reverse(), ...newer.slice(0, room)]
  return answer(sql, rows, older.length > half, newer.length > room)
}

function answer(sql: Statements, rows: readonly MessageRow[], hasBefore: boolean, hasAfter: boolean): MessagePage {
  const messages = rows.map(messageOf)
  return { messages, users: selectCards(sql, namedIn(messages)), hasBefore, hasAfter }
}

/** Newest first. */
function selectBefore(sql: Statements, { where, value }: View, seq: number, limit: number): MessageRow[] {
  return sql.all(
    `SELECT ${MESSAGE} FROM messages WHERE ${where} AND seq < ? ORDER BY seq DESC LIMIT ?`,
    value,
    seq,
    limit,
  )
}

/** Oldest first. */
function selectFrom(sql: Statements, { where, value }: View, seq: number, limit: number): MessageRow[] {
  return sql.all(`SELECT ${MESSAGE} FROM messages WHERE ${where} AND seq >= ? ORDER BY seq LIMIT ?`, value, seq, limit)
}

function hasUpTo(sql: Statements, { where, value }: View, seq: number): boolean {
  return sql.one(`SELECT 1 FROM messages WHERE ${where} AND seq <= ? LIMIT 1`, value, seq) !== undefined
}

function hasFrom(sql: Statements, { where, value }: View, seq: number): boolean {
  return sql.one(`SELECT 1 FROM messages WHERE ${where} AND seq >= ? LIMIT 1`, value, seq) !== undefined
}
