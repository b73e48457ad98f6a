/** Drafts as core would make them, with what a test does not care about filled in. */

import { createHash } from 'node:crypto'
import type { CommitOptions, DraftOf, Precondition } from '@suda/core/storage'
import type { Mention } from '@suda/protocol'

export const by = { via: { kind: 'session' }, requestId: 'a-request' } as const

export function freely(preconditions: readonly Precondition[] = []): CommitOptions {
  return { preconditions, by }
}

export function newUser(userId: string): DraftOf<'user.created'> {
  const user = { kind: 'human', username: userId, displayName: userId, siteRole: 'member' } as const
  return { type: 'user.created', audience: ['server'], userId, user }
}

export function deletingUser(userId: string): DraftOf<'user.deleted'> {
  return { type: 'user.deleted', audience: ['site', `user:${userId}`], userId }
}

export function newRoom(roomId: string, visibility: 'public' | 'private' = 'public'): DraftOf<'room.created'> {
  const room = { slug: roomId, name: roomId, kind: 'room', visibility } as const
  return { type: 'room.created', audience: ['site'], roomId, room }
}

export function joining(roomId: string, userId: string): DraftOf<'member.joined'> {
  return {
    type: 'member.joined',
    audience: [`room:${roomId}`, `user:${userId}`],
    roomId,
    userId,
    member: { role: 'member' },
  }
}

interface Post {
  readonly id: string
  readonly text?: string
  readonly roomId?: string
  readonly authorId?: string
  readonly mentions?: readonly Mention[]
  readonly threadId?: string
}

export function posting({
  id,
  text = id,
  roomId = 'general',
  authorId = 'alice',
  mentions = [],
  threadId,
}: Post): DraftOf<'message.posted'> {
  return {
    type: 'message.posted',
    audience: [`room:${roomId}`],
    roomId,
    messageId: id,
    message: { kind: 'text', authorId, via: by.via, text, mentions, ...(threadId !== undefined && { threadId }) },
    bodyHash: createHash('sha256').update(text).digest('hex'),
  }
}

export function editing(messageId: string, text: string, roomId = 'general'): DraftOf<'message.edited'> {
  return { type: 'message.edited', audience: [`room:${roomId}`], roomId, messageId, message: { text, mentions: [] } }
}

export function deleting(messageId: string, roomId = 'general'): DraftOf<'message.deleted'> {
  return { type: 'message.deleted', audience: [`room:${roomId}`], roomId, messageId, deletedBy: 'alice' }
}

export function reading(seq: number, userId = 'alice', roomId = 'general'): DraftOf<'read.moved'> {
  return { type: 'read.moved', audience: [`user:${userId}`], roomId, userId, seq, force: false }
}
