/** Storages on one database of a test, and the few drafts that most tests of commits need. */

import { randomUUID } from 'node:crypto'
import type { CommitOptions, Draft, MessagePostedDraft, Precondition, Storage } from '@suda/core/storage'
import { onTestFinished } from 'vitest'
import { openMongo, type MongoOptions } from '../open-mongo.ts'
import type { MongoStorage } from '../mongo-storage.ts'

/** Closed after the test. */
export async function aStorage(options: MongoOptions): Promise<MongoStorage> {
  const storage = await openMongo(options)
  onTestFinished(() => storage.close())
  return storage
}

export const freely = (preconditions: readonly Precondition[] = []): CommitOptions => ({
  preconditions,
  by: { via: { kind: 'session' }, requestId: 'a-test' },
})

export interface ARoom {
  readonly roomId: string
  readonly userId: string
}

/** A public room and its one member. */
export async function aRoom(storage: Storage): Promise<ARoom> {
  const [roomId, userId] = [randomUUID(), randomUUID()]
  await storage.commit([creating(userId), ...creatingRoom(roomId, userId)], freely())
  return { roomId, userId }
}

export function creating(userId: string, username = `u${userId.slice(0, 8)}`): Draft {
  const user = { kind: 'human', username, displayName: username, siteRole: 'member' } as const
  return { type: 'user.created', audience: ['server'], userId, user }
}

function creatingRoom(roomId: string, userId: string): Draft[] {
  const room = { slug: `r${roomId.slice(0, 8)}`, name: 'Room', kind: 'room', visibility: 'public' } as const
  return [
    { type: 'room.created', audience: [`room:${roomId}`], roomId, room },
    { type: 'member.joined', audience: [`room:${roomId}`], roomId, userId, member: { role: 'member' } },
  ]
}

export function posting(
  { roomId, userId }: ARoom,
  text = 'hello',
  messageId: string = randomUUID(),
): MessagePostedDraft {
  return {
    type: 'message.posted',
    audience: [`room:${roomId}`],
    roomId,
    messageId,
    message: { kind: 'text', authorId: userId, via: { kind: 'session' }, text, mentions: [] },
    bodyHash: `hash of ${text}`,
  }
}

/** The texts of a room's messages in their order. */
export async function textsOf(storage: Storage, { roomId }: ARoom): Promise<string[]> {
  const { messages } = await storage.messages(roomId, { limit: 200 })
  return messages.map(({ text }) => text)
}

export async function codeOfRefusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
    return 'accepted'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}
