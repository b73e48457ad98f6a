/** The nouns of the wire, made from documents. */

import type { AuditEntry, InviteRecord, SessionRecord, TokenRecord } from '@suda/core/storage'
import type { CommittedChange, Member, Message, MyMembership, Room, Site, User, UserCard } from '@suda/protocol'
import type {
  AuditDocument,
  ChangeDocument,
  InviteDocument,
  MemberDocument,
  MessageDocument,
  RoomDocument,
  SessionDocument,
  SiteDocument,
  TokenDocument,
  UserDocument,
} from './documents.ts'

export function siteOf({ id, name, signUp, defaultRooms, keepEdits, revision }: SiteDocument): Site {
  return { id, name, signUp, defaultRooms, keepEdits, revision }
}

export function cardOf({ _id: id, kind, revision, ...user }: UserDocument): UserCard {
  if (user.deletedAt !== undefined) return { id, kind, revision, deletedAt: user.deletedAt.toISOString() }
  return { id, username: user.username ?? '', displayName: user.displayName ?? '', kind, revision }
}

export function userOf(user: UserDocument): User {
  const { externalId, timeZone, locale, suspendedAt, deletedAt } = user
  return {
    id: user._id,
    kind: user.kind,
    username: user.username ?? '',
    displayName: user.displayName ?? '',
    siteRole: user.siteRole,
    revision: user.revision,
    ...(externalId !== undefined && { externalId }),
    ...(timeZone !== undefined && { timeZone }),
    ...(locale !== undefined && { locale }),
    ...(suspendedAt !== undefined && { suspendedAt: suspendedAt.toISOString() }),
    ...(deletedAt !== undefined && { deletedAt: deletedAt.toISOString() }),
  }
}

export function isActive(user: UserDocument | undefined): user is UserDocument {
  return user !== undefined && user.suspendedAt === undefined && user.deletedAt === undefined
}

export function tokenOf({ _id: id, userId, label, scopes, createdAt, expiresAt }: TokenDocument): TokenRecord {
  return {
    id,
    userId,
    label,
    scopes,
    createdAt: createdAt.toISOString(),
    ...(expiresAt !== undefined && { expiresAt: expiresAt.toISOString() }),
  }
}

export function sessionOf({
  _id: id,
  userId,
  tokenId,
  scopes,
  userAgent,
  address,
  ...times
}: SessionDocument): SessionRecord {
  const { createdAt, expiresAt, lastUsedAt = createdAt } = times
  return {
    id,
    userId,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(tokenId !== undefined && { tokenId }),
    ...(scopes !== undefined && { scopes }),
    ...(userAgent !== undefined && { userAgent }),
    ...(address !== undefined && { address }),
  }
}

export function inviteOf({ _id: id, createdBy, role, roomId, uses, used, ...times }: InviteDocument): InviteRecord {
  return {
    id,
    createdBy,
    role,
    ...(roomId !== undefined && { roomId }),
    ...(uses !== undefined && { uses }),
    used,
    createdAt: times.createdAt.toISOString(),
    expiresAt: times.expiresAt.toISOString(),
  }
}

/** @param my for members alone */
export function roomOf(room: RoomDocument, my?: MyMembership): Room {
  const { _id: id, slug = '', name, kind, visibility, topic, archived, revision, lastAt } = room
  const { memberCount, firstSeq, lastSeq, ordinal } = room
  return {
    id,
    slug,
    name,
    kind,
    visibility,
    ...(topic !== undefined && { topic }),
    archived,
    revision,
    memberCount,
    firstSeq,
    lastSeq,
    ordinal,
    ...(lastAt !== undefined && { lastAt: lastAt.toISOString() }),
    ...(my !== undefined && { my }),
  }
}

export function memberOf({
  userId,
  role,
  joinedAt,
  mutedUntil,
}: Pick<MemberDocument, 'userId' | 'role' | 'joinedAt' | 'mutedUntil'>): Member {
  return {
    userId,
    role,
    joinedAt: joinedAt.toISOString(),
    ...(mutedUntil !== undefined && { mutedUntil: mutedUntil.toISOString() }),
  }
}

export function messageOf(message: MessageDocument): Message {
  const { _id: id, roomId, seq, ordinal, revision, kind, authorId, via, text, mentions = [], system } = message
  const { editedAt, deletedAt, deletedBy } = message
  return {
    id,
    roomId,
    seq,
    ordinal,
    revision,
    kind,
    authorId,
    via,
    text,
    format: 'suda-md-1',
    mentions,
    attachments: [],
    ...placeOf(message),
    reactions: [],
    ...(system !== undefined && { system }),
    state: 'final',
    createdAt: message.createdAt.toISOString(),
    ...(editedAt !== undefined && { editedAt: editedAt.toISOString() }),
    ...(deletedAt !== undefined && { deletedAt: deletedAt.toISOString() }),
    ...(deletedBy !== undefined && { deletedBy }),
  }
}

/** Where a message stands: what it answers, which thread it is in, and the thread under it. */
function placeOf({
  replyTo,
  threadId,
  alsoInRoom,
  threadCount = 0,
  threadLastAt,
}: MessageDocument): Pick<Message, 'replyTo' | 'threadId' | 'alsoInRoom' | 'thread'> {
  return {
    ...(replyTo !== undefined && { replyTo }),
    ...(threadId !== undefined && { threadId }),
    ...(alsoInRoom !== undefined && { alsoInRoom }),
    ...(threadLastAt !== undefined && { thread: { count: threadCount, lastAt: threadLastAt.toISOString() } }),
  }
}

export function changeOf(change: ChangeDocument): CommittedChange {
  const { _id: position, at, type, audience, roomId, userId, messageId, actorId, json, supersedes } = change
  return {
    position,
    at: at.getTime(),
    type,
    audience,
    ...(roomId !== undefined && { roomId }),
    ...(userId !== undefined && { userId }),
    ...(messageId !== undefined && { messageId }),
    ...(actorId !== undefined && { actorId }),
    json,
    ...(supersedes !== undefined && { supersedes }),
  }
}

export function auditOf({ _id: id, at, ...entry }: AuditDocument): AuditEntry {
  return { id, at: at.toISOString(), ...entry }
}
