/**
 * Changes before their commit. A draft tells what shall become true; the adapter fills in what only the transaction
 * knows: position, time, seq, ordinal, counters and revisions.
 */

import type {
  Audience,
  EndReason,
  InviteRole,
  Mention,
  RoomKind,
  RoomRole,
  Scope,
  SignUp,
  SiteRole,
  SystemNote,
  UserKind,
  Via,
  Visibility,
} from '@suda/protocol'

interface Base<Type extends string> {
  readonly type: Type
  readonly audience: readonly Audience[]
}

export interface SiteChangedDraft extends Base<'site.changed'> {
  readonly site: {
    readonly name?: string
    readonly signUp?: SignUp
    readonly defaultRooms?: readonly string[]
    readonly keepEdits?: boolean
  }
}

export interface UserCreatedDraft extends Base<'user.created'> {
  readonly userId: string
  readonly user: {
    readonly kind: UserKind
    readonly username: string
    readonly displayName: string
    readonly siteRole: SiteRole
    readonly email?: string
    readonly externalId?: string
    readonly timeZone?: string
    readonly locale?: string
    readonly passwordHash?: string
  }
}

/** The names that everybody sees. Its audience is `site` and the user's own: a guest is not of the site. */
export interface UserChangedDraft extends Base<'user.changed'> {
  readonly userId: string
  readonly user: {
    readonly username?: string
    readonly displayName?: string
  }
}

/** `null` takes a value away. Of the user and the processes alone; it leaves the revision alone, which is of the names. */
export interface ProfileChangedDraft extends Base<'profile.changed'> {
  readonly userId: string
  readonly profile: {
    readonly siteRole?: SiteRole
    readonly email?: string | null
    readonly timeZone?: string | null
    readonly locale?: string | null
    readonly suspended?: boolean
  }
}

/**
 * Erases names, addresses and credentials and frees the names; the rows of the log that name the user are emptied of
 * them by a job in slices. What the user had (sessions, tokens, invites, memberships) ends by drafts before this one.
 */
export interface UserDeletedDraft extends Base<'user.deleted'> {
  readonly userId: string
}

export interface PasswordChangedDraft extends Base<'password.changed'> {
  readonly userId: string
  readonly passwordHash: string
  /** The same password, hashed at a higher cost. */
  readonly isRehash?: true
}

export interface SessionStartedDraft extends Base<'session.started'> {
  readonly userId: string
  readonly session: {
    readonly id: string
    /** SHA-256 of the secret in the cookie, hex. */
    readonly secretHash: string
    readonly expiresAt: string
    /** The token it was made from: the session ends with it. */
    readonly tokenId?: string
    readonly scopes?: readonly Scope[]
    readonly userAgent?: string
    readonly address?: string
  }
}

/** One that has ended makes no change. */
export interface SessionRenewedDraft extends Base<'session.renewed'> {
  readonly userId: string
  readonly sessionId: string
  readonly expiresAt: string
}

export interface SessionEndedDraft extends Base<'session.ended'> {
  readonly userId: string
  readonly sessionId: string
  readonly reason: EndReason
}

export interface TokenCreatedDraft extends Base<'token.created'> {
  readonly userId: string
  readonly token: {
    readonly id: string
    /** SHA-256 of the token, hex. */
    readonly secretHash: string
    readonly label: string
    readonly scopes: readonly Scope[]
    readonly expiresAt?: string
  }
}

export interface TokenDeletedDraft extends Base<'token.deleted'> {
  readonly userId: string
  readonly tokenId: string
}

export interface InviteCreatedDraft extends Base<'invite.created'> {
  /** Who invites. */
  readonly userId: string
  readonly invite: {
    readonly id: string
    /** SHA-256 of the code, hex. */
    readonly codeHash: string
    readonly role: InviteRole
    readonly roomId?: string
    readonly uses?: number
    readonly expiresAt: string
  }
}

/** Somebody came by it. `userId` is whose invite it is. */
export interface InviteUsedDraft extends Base<'invite.used'> {
  readonly userId: string
  readonly inviteId: string
}

/** One that is gone makes no change. */
export interface InviteDeletedDraft extends Base<'invite.deleted'> {
  readonly userId: string
  readonly inviteId: string
}

export interface RoomCreatedDraft extends Base<'room.created'> {
  readonly roomId: string
  readonly room: {
    readonly slug: string
    readonly name: string
    readonly kind: RoomKind
    readonly visibility: Visibility
    readonly topic?: string
  }
}

/** `null` takes the topic away. */
export interface RoomChangedDraft extends Base<'room.changed'> {
  readonly roomId: string
  readonly room: {
    readonly slug?: string
    readonly name?: string
    readonly topic?: string | null
    readonly visibility?: Visibility
    readonly archived?: boolean
  }
}

/** The room is unreadable and its slug free at once; what it held is erased by a job in slices. */
export interface RoomDeletedDraft extends Base<'room.deleted'> {
  readonly roomId: string
}

/** For somebody who is a member already it makes no change, so that two first posts may race. */
export interface MemberJoinedDraft extends Base<'member.joined'> {
  readonly roomId: string
  readonly userId: string
  readonly member: { readonly role: RoomRole }
}

export interface MemberChangedDraft extends Base<'member.changed'> {
  readonly roomId: string
  readonly userId: string
  readonly member: { readonly role?: RoomRole; readonly mutedUntil?: string | null }
}

/** For somebody who is no member it makes no change. */
export interface MemberLeftDraft extends Base<'member.left'> {
  readonly roomId: string
  readonly userId: string
  readonly reason: 'left' | 'removed'
}

/** One of kind `system` tells of the draft before it: where that made no change, it makes none either (ST33). */
export interface MessagePostedDraft extends Base<'message.posted'> {
  readonly roomId: string
  readonly messageId: string
  readonly message: {
    readonly kind: 'text' | 'system'
    readonly authorId: string
    readonly via: Via
    readonly text: string
    readonly mentions: readonly Mention[]
    readonly replyTo?: string
    readonly threadId?: string
    readonly alsoInRoom?: boolean
    readonly system?: SystemNote
    /** When it was written, where that was long before: of a foreign row. Not: at the commit. */
    readonly writtenAt?: string
    /** It is old news: it makes nothing unread. */
    readonly isSilent?: true
  }
  /** HMAC of all that the sender chose, under the site's secret: tells a retry from another message under this id. */
  readonly bodyHash: string
  /** Where a foreign row came from; a row that was taken already makes no change. */
  readonly source?: { readonly source: string; readonly sourceId: string }
}

export interface MessageEditedDraft extends Base<'message.edited'> {
  readonly roomId: string
  readonly messageId: string
  readonly message: { readonly text: string; readonly mentions: readonly Mention[] }
}

export interface MessageDeletedDraft extends Base<'message.deleted'> {
  readonly roomId: string
  readonly messageId: string
  readonly deletedBy: string
}

/** Without `force` a position that is not beyond the stored one makes no change. */
export interface ReadMovedDraft extends Base<'read.moved'> {
  readonly roomId: string
  readonly userId: string
  readonly seq: number
  readonly force: boolean
}

export type Draft =
  | SiteChangedDraft
  | UserCreatedDraft
  | UserChangedDraft
  | ProfileChangedDraft
  | UserDeletedDraft
  | PasswordChangedDraft
  | SessionStartedDraft
  | SessionRenewedDraft
  | SessionEndedDraft
  | TokenCreatedDraft
  | TokenDeletedDraft
  | InviteCreatedDraft
  | InviteUsedDraft
  | InviteDeletedDraft
  | RoomCreatedDraft
  | RoomChangedDraft
  | RoomDeletedDraft
  | MemberJoinedDraft
  | MemberChangedDraft
  | MemberLeftDraft
  | MessagePostedDraft
  | MessageEditedDraft
  | MessageDeletedDraft
  | ReadMovedDraft

export type DraftOf<Type extends Draft['type']> = Extract<Draft, { type: Type }>
