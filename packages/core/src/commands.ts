/** Requests to change something. `room` is an id or a slug, `user` an id, a user name or `me`. */

import type {
  ChangeMeBody,
  ChangeRoomBody,
  ChangeSiteBody,
  RoomRole,
  Scope,
  SiteRole,
  UserKind,
  Via,
  Visibility,
} from '@suda/protocol'

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

/** Makes a session for the actor; made with a token it ends with the token, and does not live longer. */
export interface StartSession {
  readonly type: 'startSession'
  readonly sessionId: string
  readonly secretHash: string
  readonly expiresAt: string
  readonly userAgent?: string
}

/** Ends the session that the actor uses. */
export interface EndSession {
  readonly type: 'endSession'
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
  | CreateUser
  | ChangeMe
  | ChangeSite
  | SetPassword
  | CreateToken
  | StartSession
  | EndSession
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
