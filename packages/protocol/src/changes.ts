/** Committed facts. The union is closed: a new type makes the compiler list every place that must know it. */

import type { InviteRole, Member, Message, Room, Scope, Site, ThreadSummary, User, UserCard } from './entities.ts'

/** Whom a change concerns. `server` is for processes only, `site` for all signed-in users but guests. */
export type Audience = `room:${string}` | `user:${string}` | 'site' | 'server'

interface Envelope<Type extends string, Payload> {
  /** Its number in the site's order: 1, 2, 3, … without holes (DL2). */
  readonly position: number
  readonly at: string
  readonly type: Type
  readonly roomId?: string
  readonly userId?: string
  readonly messageId?: string
  readonly actorId?: string
  readonly payload: Payload
}

/** Cards of all users that the payload names, so that no client has to ask for them. */
interface SideLoaded {
  readonly users: readonly UserCard[]
}

/** The room's counters after the change: absolutes, never increments. */
export interface RoomCounters {
  readonly lastSeq: number
  readonly ordinal: number
  readonly lastAt: string
}

/** The root of the thread that a reply belongs to, after the change. */
export interface ThreadCounters extends ThreadSummary {
  readonly id: string
}

/** `revoked`: by the user from another session. `replaced`: there were too many, this was the oldest. */
export type EndReason =
  | 'signed_out'
  | 'signed_out_everywhere'
  | 'password_changed'
  | 'token_deleted'
  | 'revoked'
  | 'replaced'
  | 'suspended'
  | 'user_deleted'

export type SiteChanged = Envelope<'site.changed', { readonly site: Site }>
export type UserCreated = Envelope<'user.created', { readonly user: UserCard }>
export type UserChanged = Envelope<'user.changed', { readonly user: UserCard }>
/** What only the user and the processes may know: role, suspension, language, time zone. It leaves `revision` alone, which is of the names. */
export type ProfileChanged = Envelope<'profile.changed', { readonly user: User }>
/** Nothing is left of the user but the id, in whatever the user wrote. */
export type UserDeleted = Envelope<'user.deleted', { readonly user: UserCard }>
export type PasswordChanged = Envelope<'password.changed', Record<never, never>>
export type SessionStarted = Envelope<'session.started', { readonly sessionId: string; readonly expiresAt: string }>
/** It was used, so it lives longer. */
export type SessionRenewed = Envelope<'session.renewed', { readonly sessionId: string; readonly expiresAt: string }>
export type SessionEnded = Envelope<'session.ended', { readonly sessionId: string; readonly reason: EndReason }>
export type TokenCreated = Envelope<
  'token.created',
  { readonly tokenId: string; readonly label: string; readonly scopes: readonly Scope[]; readonly expiresAt?: string }
>
export type TokenDeleted = Envelope<'token.deleted', { readonly tokenId: string }>
export type InviteCreated = Envelope<
  'invite.created',
  {
    readonly inviteId: string
    readonly role: InviteRole
    readonly roomId?: string
    readonly uses?: number
    readonly expiresAt: string
  }
>
/** Somebody came by it; `used` counts them all. */
export type InviteUsed = Envelope<'invite.used', { readonly inviteId: string; readonly used: number }>
export type InviteDeleted = Envelope<'invite.deleted', { readonly inviteId: string }>
export type RoomCreated = Envelope<'room.created', { readonly room: Room }>
export type RoomChanged = Envelope<'room.changed', { readonly room: Room }>
export type RoomDeleted = Envelope<'room.deleted', Record<never, never>>
export type MemberJoined = Envelope<
  'member.joined',
  SideLoaded & { readonly member: Member; readonly memberCount: number }
>
export type MemberChanged = Envelope<'member.changed', SideLoaded & { readonly member: Member }>
export type MemberLeft = Envelope<'member.left', { readonly memberCount: number; readonly reason: 'left' | 'removed' }>
export type MessagePosted = Envelope<
  'message.posted',
  SideLoaded & {
    /** As it is now: after an edit or a delete the logged change carries that one (DL2a). */
    readonly message: Message
    /** Whom it mentioned when it was posted; an edit changes nobody's unread mentions. */
    readonly mentioned: { readonly userIds: readonly string[]; readonly room: boolean }
    readonly room: RoomCounters
    readonly thread?: ThreadCounters
  }
>
export type MessageEdited = Envelope<'message.edited', SideLoaded & { readonly message: Message }>
/** The message is its tombstone: no text, no mentions, no attachments. */
export type MessageDeleted = Envelope<
  'message.deleted',
  SideLoaded & { readonly message: Message; readonly thread?: ThreadCounters }
>
export type ReadMoved = Envelope<
  'read.moved',
  {
    readonly seq: number
    readonly ordinal: number
    readonly revision: number
    /** All of them, since a position that moves back makes mentions unread again. */
    readonly unreadMentions: readonly number[]
  }
>
/** What stood here was taken back; only its position is left (DL2a). Never sent to anybody. */
export type Void = Envelope<'void', Record<never, never>>

export type Change =
  | SiteChanged
  | UserCreated
  | UserChanged
  | ProfileChanged
  | UserDeleted
  | PasswordChanged
  | SessionStarted
  | SessionRenewed
  | SessionEnded
  | TokenCreated
  | TokenDeleted
  | InviteCreated
  | InviteUsed
  | InviteDeleted
  | RoomCreated
  | RoomChanged
  | RoomDeleted
  | MemberJoined
  | MemberChanged
  | MemberLeft
  | MessagePosted
  | MessageEdited
  | MessageDeleted
  | ReadMoved
  | Void

export type ChangeType = Change['type']
export type ChangeOf<Type extends ChangeType> = Extract<Change, { type: Type }>

interface ChangeTraits {
  /** Whether the commit also writes a row of the audit table. */
  readonly audited: boolean
}

/** One row a type; `satisfies` makes a forgotten one a compile error. */
export const CHANGES = {
  'site.changed': { audited: true },
  'user.created': { audited: true },
  'user.changed': { audited: true },
  'profile.changed': { audited: true },
  'user.deleted': { audited: true },
  'password.changed': { audited: true },
  'session.started': { audited: true },
  'session.renewed': { audited: false },
  'session.ended': { audited: true },
  'token.created': { audited: true },
  'token.deleted': { audited: true },
  'invite.created': { audited: true },
  'invite.used': { audited: true },
  'invite.deleted': { audited: true },
  'room.created': { audited: true },
  'room.changed': { audited: true },
  'room.deleted': { audited: true },
  'member.joined': { audited: true },
  'member.changed': { audited: true },
  'member.left': { audited: true },
  'message.posted': { audited: false },
  'message.edited': { audited: false },
  'message.deleted': { audited: false },
  'read.moved': { audited: false },
  void: { audited: false },
} as const satisfies Record<ChangeType, ChangeTraits>

/**
 * A change as storage hands it to the hub: routing fields beside the JSON that goes over the wire as it stands, so
 * fan-out never serialises.
 */
export interface CommittedChange {
  readonly position: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly type: ChangeType
  readonly audience: readonly Audience[]
  readonly roomId?: string
  readonly userId?: string
  readonly messageId?: string
  readonly actorId?: string
  /** The whole `Change` as one line of JSON. */
  readonly json: string
  /** Positions whose text or value this change took back (DL2a), on the feed and in the log; the hub rewrites its copies of them. */
  readonly supersedes?: readonly number[]
}
