/** Users, rooms and drafts for the suite, in short. */

import type { ChangeOf, ChangeType, CommittedChange, RoomRole, SiteRole, Visibility } from '@suda/protocol'
import { ChatError } from '@suda/protocol'
import { expect } from 'vitest'
import type { CommitOptions, Committed, Draft, DraftOf, MessagePostedDraft, Precondition, Storage } from '../storage.ts'

const BY: CommitOptions['by'] = { via: { kind: 'session' }, requestId: 'request' }

export const newId = (): string => crypto.randomUUID()

export function commit(
  storage: Storage,
  drafts: readonly Draft[],
  preconditions: readonly Precondition[] = [],
  more: Partial<CommitOptions> = {},
): Promise<Committed> {
  return storage.commit(drafts, { preconditions, by: BY, ...more })
}

export async function aUser(storage: Storage, siteRole: SiteRole = 'member', username = aName()): Promise<string> {
  const draft = userCreated(username, siteRole)
  await commit(storage, [draft])
  return draft.userId
}

export function userCreated(
  username: string,
  siteRole: SiteRole = 'member',
  more: Partial<DraftOf<'user.created'>['user']> = {},
): DraftOf<'user.created'> {
  const user = { kind: 'human', username, displayName: username, siteRole, ...more } as const
  return { type: 'user.created', audience: ['server'], userId: newId(), user }
}

export function userChanged(userId: string, user: DraftOf<'user.changed'>['user']): Draft {
  return { type: 'user.changed', audience: ['site'], userId, user }
}

export function profileChanged(userId: string, profile: DraftOf<'profile.changed'>['profile']): Draft {
  return { type: 'profile.changed', audience: ['server', `user:${userId}`], userId, profile }
}

export async function aRoom(storage: Storage, members: readonly string[], visibility: Visibility = 'public') {
  const draft = roomCreated(aName(), visibility)
  await commit(storage, [draft, ...members.map((userId) => joined(draft.roomId, userId))])
  return draft.roomId
}

export function roomCreated(slug: string, visibility: Visibility = 'public'): DraftOf<'room.created'> {
  const roomId = newId()
  return {
    type: 'room.created',
    audience: [`room:${roomId}`],
    roomId,
    room: { slug, name: slug, kind: 'room', visibility },
  }
}

export function roomChanged(roomId: string, room: DraftOf<'room.changed'>['room']): Draft {
  return { type: 'room.changed', audience: [`room:${roomId}`], roomId, room }
}

export function roomDeleted(roomId: string): Draft {
  return { type: 'room.deleted', audience: [`room:${roomId}`], roomId }
}

export function joined(roomId: string, userId: string, role: RoomRole = 'member'): Draft {
  return { type: 'member.joined', audience: [`room:${roomId}`, `user:${userId}`], roomId, userId, member: { role } }
}

export function left(roomId: string, userId: string, reason: 'left' | 'removed' = 'removed'): Draft {
  return { type: 'member.left', audience: [`room:${roomId}`, `user:${userId}`], roomId, userId, reason }
}

export function memberChanged(roomId: string, userId: string, member: DraftOf<'member.changed'>['member']): Draft {
  return { type: 'member.changed', audience: [`room:${roomId}`, `user:${userId}`], roomId, userId, member }
}

export function posted(
  roomId: string,
  authorId: string,
  text = 'hello',
  message: Partial<MessagePostedDraft['message']> = {},
): MessagePostedDraft {
  return {
    type: 'message.posted',
    audience: [`room:${roomId}`],
    roomId,
    messageId: newId(),
    message: { kind: 'text', authorId, via: { kind: 'session' }, text, mentions: [], ...message },
    bodyHash: `hash of ${text}`,
  }
}

export function edited(
  { roomId, messageId }: MessagePostedDraft,
  text: string,
  mentions: DraftOf<'message.edited'>['message']['mentions'] = [],
): Draft {
  return { type: 'message.edited', audience: [`room:${roomId}`], roomId, messageId, message: { text, mentions } }
}

export function deleted({ roomId, messageId }: MessagePostedDraft, deletedBy: string): Draft {
  return { type: 'message.deleted', audience: [`room:${roomId}`], roomId, messageId, deletedBy }
}

export function readMoved(roomId: string, userId: string, seq: number, force = false): Draft {
  return { type: 'read.moved', audience: [`user:${userId}`], roomId, userId, seq, force }
}

export function siteRenamed(name: string): Draft {
  return { type: 'site.changed', audience: ['site'], site: { name } }
}

export function sessionStarted(
  userId: string,
  session: Partial<DraftOf<'session.started'>['session']> = {},
): DraftOf<'session.started'> {
  return {
    type: 'session.started',
    audience: ['server', `user:${userId}`],
    userId,
    session: { id: newId(), secretHash: newId(), expiresAt: IN_AN_HOUR(), ...session },
  }
}

export function sessionEnded(userId: string, sessionId: string): Draft {
  return { type: 'session.ended', audience: ['server', `user:${userId}`], userId, sessionId, reason: 'signed_out' }
}

export function tokenCreated(
  userId: string,
  token: Partial<DraftOf<'token.created'>['token']> = {},
): DraftOf<'token.created'> {
  return {
    type: 'token.created',
    audience: ['server', `user:${userId}`],
    userId,
    token: { id: newId(), secretHash: newId(), label: 'bot', scopes: ['read'], ...token },
  }
}

export function tokenDeleted(userId: string, tokenId: string): Draft {
  return { type: 'token.deleted', audience: ['server', `user:${userId}`], userId, tokenId }
}

export function sessionRenewed(userId: string, sessionId: string, expiresAt = IN_AN_HOUR()): Draft {
  return { type: 'session.renewed', audience: ['server', `user:${userId}`], userId, sessionId, expiresAt }
}

export function passwordChanged(userId: string, passwordHash: string): Draft {
  return { type: 'password.changed', audience: ['server', `user:${userId}`], userId, passwordHash }
}

export function inviteCreated(
  userId: string,
  invite: Partial<DraftOf<'invite.created'>['invite']> = {},
): DraftOf<'invite.created'> {
  return {
    type: 'invite.created',
    audience: ['server', `user:${userId}`],
    userId,
    invite: { id: newId(), codeHash: newId(), role: 'member', expiresAt: IN_AN_HOUR(), ...invite },
  }
}

export function inviteUsed({ userId, invite }: DraftOf<'invite.created'>): Draft {
  return { type: 'invite.used', audience: ['server', `user:${userId}`], userId, inviteId: invite.id }
}

export function inviteDeleted({ userId, invite }: DraftOf<'invite.created'>): Draft {
  return { type: 'invite.deleted', audience: ['server', `user:${userId}`], userId, inviteId: invite.id }
}

export function userDeleted(userId: string): Draft {
  return { type: 'user.deleted', audience: ['server', 'site', `user:${userId}`], userId }
}

export const IN_AN_HOUR = (): string => new Date(Date.now() + 3_600_000).toISOString()
export const AN_HOUR_AGO = (): string => new Date(Date.now() - 3_600_000).toISOString()

let names = 0
/** A user name or slug that nobody has. */
export function aName(): string {
  return `name${++names}`
}

/** What the change says on the wire. */
export function parsed<Type extends ChangeType>(change: CommittedChange | undefined, type: Type): ChangeOf<Type> {
  expect(change?.type).toBe(type)
  const whole: ChangeOf<Type> = JSON.parse(change?.json ?? '')
  return whole
}

/** The whole log. */
export async function logOf(storage: Storage): Promise<readonly CommittedChange[]> {
  const { firstPosition } = await storage.head()
  return storage.changesAfter(firstPosition - 1, 10_000)
}

export async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
  } catch (error) {
    if (error instanceof ChatError) return error.code
    throw error
  }
  return 'accepted'
}
