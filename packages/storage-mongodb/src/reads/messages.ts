/** Reads of messages: one, a page of a room's main view, a page of a thread. */

import type { MessageOrigin, MessagePage, PageBound } from '@suda/core/storage'
import { namedIn } from '@suda/core/storage/adapting'
import type { Message } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import type { MessageDocument } from '../documents.ts'
import { messageOf } from '../mappers-document.ts'
import { atLeast, atMost, below, type Where } from '../where.ts'
import { selectCards, selectRoom } from './select.ts'

/** Messages of deleted rooms are not found, although the job may not have reached them yet. */
export async function readMessage(db: Collections, id: string): Promise<Message | undefined> {
  const message = await db.get('messages', id)
  if (message === undefined || (await selectRoom(db, message.roomId)) === undefined) return undefined
  return messageOf(message)
}

export async function readOrigin(db: Collections, id: string): Promise<MessageOrigin | undefined> {
  const message = await db.get('messages', id)
  if (message === undefined) return undefined
  const { roomId, authorId, bodyHash, position } = message
  return { roomId, authorId, bodyHash, position }
}

export async function readMessages(
  db: Collections,
  roomId: string,
  page: PageBound & { limit: number },
): Promise<MessagePage> {
  const [room, messages] = await db.pair(
    () => selectRoom(db, roomId),
    () => pageOf(db, { roomId, inMain: true }, page),
  )
  return room === undefined ? EMPTY : messages
}

export async function readThread(
  db: Collections,
  rootId: string,
  page: { after?: number; before?: number; limit: number },
): Promise<MessagePage> {
  const [root, messages] = await db.pair(
    () => readMessage(db, rootId),
    () => pageOf(db, { threadId: rootId }, page),
  )
  return root === undefined ? EMPTY : messages
}

const EMPTY: MessagePage = { messages: [], users: [], hasBefore: false, hasAfter: false }

/** Which messages, ordered by `seq`, are paged through. */
type View = Where

interface Bounds {
  readonly before?: number
  readonly after?: number
  readonly around?: number
  readonly limit: number
}

function pageOf(db: Collections, view: View, { before, after, around, limit }: Bounds): Promise<MessagePage> {
  if (around !== undefined) return pageAround(db, view, around, limit)
  return after === undefined ? pageBefore(db, view, before, limit) : pageAfter(db, view, after, limit)
}

async function pageAround(db: Collections, view: View, around: number, limit: number): Promise<MessagePage> {
  const half = Math.floor(limit / 2)
  const [older, newer] = await db.pair(
    () => newestFirst(db, { ...view, seq: below(around) }, half + 1),
    () => oldestFirst(db, { ...view, seq: atLeast(around) }, limit + 1),
  )
  const room = limit - Math.min(half, older.length)
  const messages = [...older.slice(0, half).reverse(), ...newer.slice(0, room)]
  return answer(db, messages, older.length > half, newer.length > room)
}

async function pageAfter(db: Collections, view: View, after: number, limit: number): Promise<MessagePage> {
  const [found, before] = await db.pair(
    () => oldestFirst(db, { ...view, seq: atLeast(after + 1) }, limit + 1),
    () => newestFirst(db, { ...view, seq: atMost(after) }, 1),
  )
  return answer(db, found.slice(0, limit), before.length > 0, found.length > limit)
}

async function pageBefore(
  db: Collections,
  view: View,
  before: number | undefined,
  limit: number,
): Promise<MessagePage> {
  const [found, after] = await db.pair(
    () => newestFirst(db, before === undefined ? view : { ...view, seq: below(before) }, limit + 1),
    async () => (before === undefined ? [] : oldestFirst(db, { ...view, seq: atLeast(before) }, 1)),
  )
  return answer(db, found.slice(0, limit).reverse(), found.length > limit, after.length > 0)
}

function newestFirst(db: Collections, where: Where, limit: number): Promise<MessageDocument[]> {
  return db.find('messages', where, { sort: { seq: -1 }, limit })
}

function oldestFirst(db: Collections, where: Where, limit: number): Promise<MessageDocument[]> {
  return db.find('messages', where, { sort: { seq: 1 }, limit })
}

async function answer(
  db: Collections,
  documents: readonly MessageDocument[],
  hasBefore: boolean,
  hasAfter: boolean,
): Promise<MessagePage> {
  const messages = documents.map(messageOf)
  return { messages, users: await selectCards(db, namedIn(messages)), hasBefore, hasAfter }
}
