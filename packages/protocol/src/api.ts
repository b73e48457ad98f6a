/** What calls of the API take and answer. Answers are objects, never bare lists. */

import type { Change } from './changes.ts'
import type { Author, Reset } from './frames.ts'
import type {
  AuditEntry,
  Invite,
  InviteRole,
  Member,
  Message,
  Room,
  RoomRole,
  Scope,
  Session,
  SignUp,
  Site,
  SiteRole,
  Token,
  User,
  UserCard,
  Visibility,
} from './entities.ts'

/** To anyone, signed in or not. */
export interface SiteAnswer {
  readonly id: string
  readonly name: string
  readonly signUp: SignUp
  readonly needsSetUp: boolean
  readonly protocol: number
  readonly build: string
  readonly revision: number
}

export interface UserAnswer {
  readonly user: User
}

export interface UsersAnswer {
  readonly users: readonly UserCard[]
}

/** For admins: users with what only they and the user know. */
export interface AccountsAnswer {
  readonly accounts: readonly User[]
  readonly more?: string
}

export interface SessionsAnswer {
  readonly sessions: readonly Session[]
}

export interface TokensAnswer {
  readonly tokens: readonly Token[]
}

/** The only time that the token can be seen: the same request again is answered without it. */
export interface NewTokenAnswer {
  readonly id: string
  readonly token?: string
}

export interface InvitesAnswer {
  readonly invites: readonly Invite[]
  readonly users: readonly UserCard[]
}

/** The only time that the code can be seen: the same request again is answered without it. */
export interface NewInviteAnswer {
  readonly id: string
  readonly code?: string
  readonly url?: string
}

/** What somebody with an invite may know before deciding. */
export interface InvitePreviewAnswer {
  readonly site: { readonly name: string }
  readonly role: InviteRole
  readonly invitedBy: string
  readonly room?: { readonly name: string; readonly memberCount: number }
  readonly expiresAt: string
}

/** Newest first. */
export interface AuditAnswer {
  readonly entries: readonly AuditEntry[]
  readonly users: readonly UserCard[]
  readonly hasMore: boolean
}

export interface RoomAnswer {
  readonly room: Room
}

export interface RoomsAnswer {
  readonly rooms: readonly Room[]
  readonly users: readonly UserCard[]
  /** For `after`, to get the next page. */
  readonly more?: string
}

export interface MemberAnswer {
  readonly member: { readonly userId: string; readonly role: RoomRole }
}

export interface MembersAnswer {
  readonly members: readonly Member[]
  readonly users: readonly UserCard[]
  readonly more?: string
}

export interface MessageAnswer {
  readonly message: Message
}

export interface PostAnswer {
  /** As it is now, which of a repeated post need not be what was sent. */
  readonly message: Message
  /** To wait until one's feed has passed it; never to resume from. */
  readonly cursor: string
}

/** A gapless part of a room or a thread, ascending. */
export interface MessagesAnswer {
  readonly messages: readonly Message[]
  readonly users: readonly UserCard[]
  readonly hasBefore: boolean
  readonly hasAfter: boolean
}

/** A read position as it is now. */
export interface ReadAnswer {
  readonly seq: number
  readonly ordinal: number
  readonly revision: number
  readonly unreadMentions: readonly number[]
}

export interface SyncAnswer {
  /** To open the feed with. Of several pages the smallest. */
  readonly cursor: string
  readonly site: Site
  readonly me: User
  readonly rooms: readonly Room[]
  readonly users: readonly UserCard[]
  readonly more?: string
}

/** One answer of the long poll. */
export interface FeedAnswer {
  readonly changes: readonly Change[]
  /** To ask with next; `null` after a reset of everything: a snapshot has the next one. */
  readonly cursor: string | null
  /** Whether asking again would be answered at once. */
  readonly more: boolean
  /** What must be loaded anew, before the changes are applied. */
  readonly reset?: Reset
}

/** A message as it stands in a room's own feed. */
export interface AuthoredMessage extends Message {
  readonly author: Author
}

export interface PostMessageBody {
  /** Made by the sender, so that sending again is safe. */
  readonly id?: string
  readonly text: string
  readonly replyTo?: string
  readonly threadId?: string
}

export interface EditMessageBody {
  readonly text: string
  readonly revision?: number
}

export interface CreateRoomBody {
  readonly slug: string
  readonly name: string
  readonly visibility: Visibility
  readonly topic?: string
}

export interface ChangeRoomBody {
  readonly slug?: string
  readonly name?: string
  /** Empty takes it away. */
  readonly topic?: string
  readonly visibility?: Visibility
  readonly archived?: boolean
  readonly revision?: number
}

export interface ChangeMeBody {
  readonly displayName?: string
  /** A BCP 47 tag; empty takes it away. */
  readonly locale?: string
  /** A name of the IANA database; empty takes it away. */
  readonly timeZone?: string
  /** The revision that the caller saw; a stale one is refused. */
  readonly revision?: number
}

export interface ChangeSiteBody {
  readonly name?: string
  readonly signUp?: SignUp
  /** Ids of public rooms. */
  readonly defaultRooms?: readonly string[]
  readonly revision?: number
}

export interface SetUpBody {
  /** Of the line that the server prints while it has no owner. */
  readonly code: string
  readonly siteName: string
  readonly username: string
  readonly password: string
  readonly displayName?: string
}

export interface SignUpBody {
  readonly username: string
  readonly password: string
  readonly displayName?: string
  readonly email?: string
  /** The code of an invite. */
  readonly invite?: string
}

/** With one of the two names. */
export interface SignInBody {
  readonly username?: string
  readonly email?: string
  readonly password: string
}

export interface SignOutBody {
  readonly everywhere?: boolean
}

export interface ChangePasswordBody {
  readonly currentPassword: string
  readonly newPassword: string
}

export interface CreateTokenBody {
  readonly label: string
  /** Absent: `read` and `write`. */
  readonly scopes?: readonly Scope[]
  readonly expiresAt?: string
}

export interface CreateInviteBody {
  readonly roomId?: string
  /** Absent: what the one who invites may make of people. */
  readonly role?: InviteRole
  /** Absent: any number. */
  readonly uses?: number
  /** Absent: in a week. */
  readonly expiresAt?: string
}

export interface ChangeUserBody {
  readonly siteRole?: SiteRole
  readonly suspended?: boolean
}

/** Needed for the own account. */
export interface DeleteUserBody {
  readonly password?: string
}

export interface PutMemberBody {
  readonly role?: RoomRole
}

export interface MoveReadBody {
  readonly seq: number
  /** Also backwards, to mark as unread. */
  readonly force?: boolean
}

export interface WatchBody {
  readonly rooms: readonly string[]
}

/** The details are for those alone who may read the figures. */
export interface HealthAnswer {
  readonly status: 'ok' | 'failing' | 'stopping'
  readonly version: string
  readonly storage?: 'ok' | 'storage_full' | 'unavailable'
  readonly feed?: { readonly lagMs: number; readonly position: number }
  readonly streams?: number
  /** Rooms whose content, and deleted users whose names, are still being erased. */
  readonly erasing?: number
}
