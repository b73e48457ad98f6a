/** Requests to change something. `room` is an id or a slug, `user` an id, a user name or `me`. */

import type {
  ChangeMeBody,
  ChangeRoomBody,
  ChangeSiteBody,
  InviteRole,
  RoomRole,
  Scope,
  SignUp as SignUpMode,
  SiteRole,
  UserKind,
  Via,
  Visibility,
} from '@suda/protocol'

/** A session to be begun, and by what it is found again. */
export interface NewSession {
  readonly sessionId: string
  readonly secretHash: string
  readonly userAgent?: string
}

/** Makes the first owner, of a site that has none. */
export interface SetUp {
  readonly type: 'setUp'
  readonly siteName: string
  readonly userId: string
  readonly username: string
  readonly displayName: string
  readonly passwordHash: string
  readonly session: NewSession
}

export interface SignUp {
  readonly type: 'signUp'
  readonly userId: string
  readonly username: string
  readonly displayName: string
  readonly passwordHash: string
  readonly email?: string
  /** Of the code of an invite. */
  readonly inviteHash?: string
  /** The operator's, which wins over the site's own. */
  readonly pinnedMode?: SignUpMode
  readonly session: NewSession
}

/** By somebody who has shown the password of which this is the hash. */
export interface SignIn {
  readonly type: 'signIn'
  readonly passwordHash: string
  /** The same password hashed anew, where that costs more today. */
  readonly rehashed?: string
  readonly session: NewSession
}

export interface CreateUser {
  readonly type: 'createUser'
  readonly userId: string
  readonly kind: UserKind
  readonly username: string
  readonly displayName: string
  readonly siteRole: SiteRole
  readonly email?: string
  readonly passwordHash?: string
}

/** The actor's own account. */
export interface ChangeMe extends ChangeMeBody {
  readonly type: 'changeMe'
}

export interface ChangeSite extends ChangeSiteBody {
  readonly type: 'changeSite'
}

/** By an admin: the role on the site, and whether the user is let in at all. */
export interface ChangeUser {
  readonly type: 'changeUser'
  readonly user: string
  readonly siteRole?: SiteRole
  readonly suspended?: boolean
}

export interface DeleteUser {
  readonly type: 'deleteUser'
  readonly user: string
  /** Of the password that was shown, where it is the own account. */
  readonly passwordHash?: string
}

/** The own one; all other sessions end. */
export interface ChangePassword {
  readonly type: 'changePassword'
  /** Of the password that was shown. */
  readonly currentHash: string
  readonly passwordHash: string
}

/** Ends all sessions of the user. */
export interface SetPassword {
  readonly type: 'setPassword'
  readonly user: string
  readonly passwordHash: string
}

export interface CreateToken {
  readonly type: 'createToken'
  readonly user: string
  readonly tokenId: string
  readonly secretHash: string
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly expiresAt?: string
}

export interface DeleteToken {
  readonly type: 'deleteToken'
  readonly tokenId: string
}

export interface CreateInvite {
  readonly type: 'createInvite'
  readonly inviteId: string
  readonly codeHash: string
  readonly room?: string
  readonly role?: InviteRole
  readonly uses?: number
  readonly expiresAt?: string
  /** Only by the system, who invites nobody itself: whose invite it is. */
  readonly user?: string
}

export interface DeleteInvite {
  readonly type: 'deleteInvite'
  readonly inviteId: string
}

/** By somebody who has an account already: joins the room of the invite. */
export interface AcceptInvite {
  readonly type: 'acceptInvite'
  readonly codeHash: string
}

/** Makes a session for the actor; made with a token it ends with the token, and does not live longer. */
export interface StartSession extends NewSession {
  readonly type: 'startSession'
}

/** Puts off the end of the session that the actor uses. */
export interface RenewSession {
  readonly type: 'renewSession'
}

/** Ends a session of the actor; without an id the one in use. */
export interface EndSession {
  readonly type: 'endSession'
  readonly sessionId?: string
}

/** Ends all sessions of the actor. */
export interface EndSessions {
  readonly type: 'endSessions'
}

export interface CreateRoom {
  readonly type: 'createRoom'
  readonly roomId: string
  readonly slug: string
  readonly name: string
  readonly visibility: Visibility
  readonly topic?: string
  /** Only by the system, who joins no room itself: the first members. */
  readonly members?: readonly { readonly userId: string; readonly role: RoomRole }[]
}

export interface ChangeRoom extends ChangeRoomBody {
  readonly type: 'changeRoom'
  readonly room: string
}

export interface DeleteRoom {
  readonly type: 'deleteRoom'
  readonly room: string
}

/** Joins, adds somebody, or changes a role. */
export interface PutMember {
  readonly type: 'putMember'
  readonly room: string
  readonly user: string
  readonly role?: RoomRole
}

/** Leaves, or removes somebody. */
export interface RemoveMember {
  readonly type: 'removeMember'
  readonly room: string
  readonly user: string
}

export interface PostMessage {
  readonly type: 'postMessage'
  readonly room: string
  readonly messageId: string
  readonly text: string
  readonly replyTo?: string
  readonly threadId?: string
  /** The foreign row that this message is made from: only of such a one may more be said than an author can. */
  readonly source?: ForeignOrigin
}

/** Where a foreign row stands, by which it is known for ever, and what its source says of it. */
export interface ForeignOrigin {
  readonly source: string
  readonly sourceId: string
  /** When it was written, ISO 8601, where that was long before. */
  readonly writtenAt?: string
  /** It was there before anybody here looked: nobody has it to read, and nobody is told that it mentions them. */
  readonly isSilent?: true
}

export interface EditMessage {
  readonly type: 'editMessage'
  readonly messageId: string
  readonly text: string
  readonly revision?: number
}

export interface DeleteMessage {
  readonly type: 'deleteMessage'
  readonly messageId: string
}

export interface MoveRead {
  readonly type: 'moveRead'
  readonly room: string
  readonly seq: number
  /** Also backwards, to mark as unread. */
  readonly force: boolean
}

export type Command =
  | SetUp
  | SignUp
  | SignIn
  | CreateUser
  | ChangeUser
  | DeleteUser
  | ChangePassword
  | ChangeMe
  | ChangeSite
  | SetPassword
  | CreateToken
  | DeleteToken
  | CreateInvite
  | DeleteInvite
  | AcceptInvite
  | StartSession
  | RenewSession
  | EndSession
  | EndSessions
  | CreateRoom
  | ChangeRoom
  | DeleteRoom
  | PutMember
  | RemoveMember
  | PostMessage
  | EditMessage
  | DeleteMessage
  | MoveRead

export type CommandType = Command['type']
export type CommandOf<Type extends CommandType> = Extract<Command, { type: Type }>

/** Kept beside `Via` so that messages of the system are told from those of people. */
export const BY_SYSTEM: Via = { kind: 'system' }
