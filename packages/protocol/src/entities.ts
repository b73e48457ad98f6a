/** The nouns of the chat as they cross the wire. Times are ISO 8601 UTC with milliseconds, ids lower-case UUIDs. */

export type UserKind = 'human' | 'bot' | 'webhook'
export type SiteRole = 'owner' | 'admin' | 'member' | 'guest'
export type RoomRole = 'moderator' | 'member'
export type RoomKind = 'room' | 'direct' | 'group' | 'announcement'
export type Visibility = 'public' | 'private'
export type SignUp = 'invite' | 'open' | 'closed'
export type Scope = 'read' | 'write' | 'admin' | 'metrics'
/** What an invite may make of people who are new. */
export type InviteRole = 'member' | 'guest'

/** By which way something was written. `name` tells which token, hook or source, where there is one. */
export interface Via {
  readonly kind: 'session' | 'token' | 'webhook' | 'inbox' | 'source' | 'host' | 'cli' | 'system'
  readonly name?: string
}

export interface Site {
  readonly id: string
  readonly name: string
  readonly signUp: SignUp
  /** Rooms that every new user but a guest joins, by id. */
  readonly defaultRooms: readonly string[]
  /** Whether earlier versions of an edited message are kept. */
  readonly keepEdits: boolean
  readonly revision: number
}

/** What everybody who meets a user may know. A deleted user has no names any more. */
export type UserCard =
  | {
      readonly id: string
      readonly kind: UserKind
      readonly username: string
      readonly displayName: string
      readonly revision: number
      readonly deletedAt?: undefined
    }
  | { readonly id: string; readonly kind: UserKind; readonly revision: number; readonly deletedAt: string }

/** A user as only the user and the site's admins see it. */
export interface User {
  readonly id: string
  readonly kind: UserKind
  readonly username: string
  readonly displayName: string
  readonly siteRole: SiteRole
  readonly revision: number
  readonly externalId?: string
  readonly timeZone?: string
  readonly locale?: string
  readonly suspendedAt?: string
  readonly deletedAt?: string
}

/** A way in by cookie, as its user sees it. */
export interface Session {
  readonly id: string
  readonly createdAt: string
  /** It is put off while the session is used, for 90 days at most. */
  readonly expiresAt: string
  /** Exact to a day. */
  readonly lastUsedAt: string
  /** From where it was begun. */
  readonly address?: string
  readonly userAgent?: string
  /** Whether it is the one that asks. */
  readonly isCurrent: boolean
}

/** A way in for programs, as its user sees it; the token itself is shown once. */
export interface Token {
  readonly id: string
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly createdAt: string
  readonly expiresAt?: string
}

/** A way to become somebody here; its code is shown once. */
export interface Invite {
  readonly id: string
  readonly createdBy: string
  readonly role: InviteRole
  /** Which its guests join. */
  readonly roomId?: string
  /** How many people may come by it; absent: any number. */
  readonly uses?: number
  readonly used: number
  readonly createdAt: string
  readonly expiresAt: string
}

/** Who did what, when, by which way, from which address. */
export interface AuditEntry {
  /** Ascending in time. */
  readonly id: number
  readonly at: string
  /** Of the change. */
  readonly type: string
  readonly actorId?: string
  readonly userId?: string
  readonly roomId?: string
  readonly via: Via
  readonly address?: string
  readonly requestId: string
  /** What of the change is worth knowing later, such as the role that was given; never a text or a secret. */
  readonly detail?: AuditDetail
}

export type AuditDetail = Readonly<Record<string, string | number | boolean>>

/** A member's own relation to a room. */
export interface MyMembership {
  readonly role: RoomRole
  readonly readSeq: number
  readonly readOrdinal: number
  /** Position of the change that moved the read position last; a newer one wins. */
  readonly readRevision: number
  /** `seq` of each unread message that mentions this user, ascending. */
  readonly unreadMentions: readonly number[]
}

export interface Room {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly kind: RoomKind
  readonly visibility: Visibility
  readonly topic?: string
  readonly archived: boolean
  /** Counts changes of name, slug, topic, visibility and archived. */
  readonly revision: number
  readonly memberCount: number
  /** `seq` of the oldest message that is kept; greater than `lastSeq` in an empty room. */
  readonly firstSeq: number
  readonly lastSeq: number
  /** How many unread-worthy messages of the main view there are up to `lastSeq`. Unread = `ordinal - my.readOrdinal`. */
  readonly ordinal: number
  readonly lastAt?: string
  /** Absent for readers who are no members. */
  readonly my?: MyMembership
}

export interface Member {
  readonly userId: string
  readonly role: RoomRole
  readonly joinedAt: string
  readonly mutedUntil?: string
}

/** `as` is the name behind the `@`, in lower case whatever the text has. */
export type Mention =
  | { readonly kind: 'user'; readonly userId: string; readonly as: string }
  | { readonly kind: 'room'; readonly as: string }

export interface Attachment {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly size: number
  readonly width?: number
  readonly height?: number
  readonly preview?: string
}

export interface Reaction {
  readonly emoji: string
  readonly count: number
  /** 20 at most. */
  readonly userIds: readonly string[]
}

/** What a message of kind `system` tells. */
export interface SystemNote {
  readonly type: 'renamed' | 'topic' | 'archived' | 'unarchived' | 'added' | 'removed' | 'visibility'
  readonly userIds?: readonly string[]
  readonly value?: string
}

export interface ThreadSummary {
  /** Replies that are not deleted. */
  readonly count: number
  readonly lastAt: string
}

export interface Message {
  /** Made by the sender's client; globally unique; tells nothing of order or time. */
  readonly id: string
  readonly roomId: string
  /** Dense number in the room, from 1, replies included. */
  readonly seq: number
  /** The room's ordinal at this message. */
  readonly ordinal: number
  /** Counts edits, from 1; a delete raises it too. */
  readonly revision: number
  readonly kind: 'text' | 'system'
  readonly authorId: string
  readonly via: Via
  /** Empty in a system message and in a deleted one. */
  readonly text: string
  readonly format: 'suda-md-1'
  readonly mentions: readonly Mention[]
  readonly attachments: readonly Attachment[]
  readonly replyTo?: string
  readonly threadId?: string
  readonly alsoInRoom?: boolean
  readonly thread?: ThreadSummary
  readonly reactions: readonly Reaction[]
  readonly system?: SystemNote
  readonly state: 'final' | 'streaming'
  readonly createdAt: string
  readonly editedAt?: string
  readonly deletedAt?: string
  readonly deletedBy?: string
}

/** Whether the message stands in the room's main view, and not only in a thread. */
export function isInMainView(message: Pick<Message, 'threadId' | 'alsoInRoom'>): boolean {
  return message.threadId === undefined || message.alsoInRoom === true
}

/** Whether posting by this way shows that the author has read the room up to there. */
export function movesReadPosition(via: Via): boolean {
  return via.kind === 'session' || via.kind === 'token'
}
