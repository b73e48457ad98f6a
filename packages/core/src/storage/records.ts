/** What reads answer beside the nouns of the wire. */

import type { Member, Message, Room, RoomRole, Scope, Site, User, UserCard } from '@suda/protocol'

export type { AuditEntry, Invite as InviteRecord } from '@suda/protocol'

/** The site and what the server needs to know of it. */
export interface SiteRecord {
  readonly site: Site
  /** Of the HMACs of message bodies; made with the database, never leaves the server. */
  readonly secret: string
  readonly hasOwner: boolean
}

export interface LogHead {
  readonly epoch: string
  /** Of the newest change; 0 in an empty log. */
  readonly position: number
  /** Of the oldest change that is kept (DL2b); `position + 1` when there is none. */
  readonly firstPosition: number
}

export interface UserRecord {
  readonly user: User
  readonly email?: string
  readonly passwordHash?: string
}

export type UserRef =
  { readonly id: string } | { readonly username: string } | { readonly email: string } | { readonly externalId: string }

export interface SessionRecord {
  readonly id: string
  readonly userId: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly tokenId?: string
  /** Of the token that it was made from; absent: all that the user may. */
  readonly scopes?: readonly Scope[]
  readonly userAgent?: string
  /** The network address from which it was begun. */
  readonly address?: string
  /** When it was begun or renewed. */
  readonly lastUsedAt: string
}

export interface TokenRecord {
  readonly id: string
  readonly userId: string
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly createdAt: string
  readonly expiresAt?: string
}

export interface UserPage {
  readonly users: readonly User[]
  /** Opaque; absent on the last page. */
  readonly more?: string
}

/** A room as seen by one user, whether or not the user may read it: deciding that is the work of `access.ts`. */
export interface RoomRecord {
  /** With `my` where the user is a member. */
  readonly room: Room
  readonly mutedUntil?: string
}

export interface MessageOrigin {
  readonly roomId: string
  readonly authorId: string
  readonly bodyHash: string
  /** Of its `message.posted`. */
  readonly position: number
}

export interface MessagePage {
  readonly messages: readonly Message[]
  readonly users: readonly UserCard[]
  readonly hasBefore: boolean
  readonly hasAfter: boolean
}

/** Bounds are seqs and exclusive, but for `around`, which is in the middle of its page. */
export type PageBound =
  { readonly before: number } | { readonly after: number } | { readonly around: number } | Record<never, never>

export interface RoomPage {
  readonly rooms: readonly Room[]
  /** Opaque; absent on the last page. */
  readonly more?: string
}

export interface MemberPage {
  readonly members: readonly Member[]
  readonly users: readonly UserCard[]
  readonly more?: string
}

export interface Snapshot {
  /** The state holds every effect up to here (DL7). */
  readonly position: number
  readonly epoch: string
  readonly site: Site
  readonly me: User
  readonly rooms: readonly Room[]
  readonly users: readonly UserCard[]
  readonly more?: string
}

/** One room as a stream needs it: since when which of its changes may be told. */
export interface ReadableRoom {
  readonly roomId: string
  /** Position of the change by which this user became a reader: the room's turn to public or the own joining. */
  readonly since: number
  readonly isMember: boolean
  readonly role?: RoomRole
  /** Position of `room.deleted`, of which the members are still told; nothing else of such a room is. */
  readonly deletedAt?: number
}

export interface Readership {
  /** Everything here holds every effect up to this position. */
  readonly position: number
  /** Absent if the user is suspended or deleted. */
  readonly user?: User
  /** When the account was made, ms: what the site was told before was told to others. */
  readonly createdAt?: number
  readonly rooms: readonly ReadableRoom[]
}

export interface StorageStatus {
  /** Why nothing can be written now; absent when all is well. */
  readonly fault?: 'storage_full' | 'unavailable'
  /** Rooms whose content, and deleted users whose names, are still being erased. */
  readonly erasing: number
  /** How long the newest change took from its commit to the feed, in ms. */
  readonly feedLagMs: number
  /** Since the start of the process: transactions, the commands in them, and the time that they took together. */
  readonly commits: { readonly groups: number; readonly commands: number; readonly seconds: number }
}
