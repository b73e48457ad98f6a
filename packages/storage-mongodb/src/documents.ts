/**
 * The documents as MongoDB holds them, by collection. What a noun may lack is absent, never null, so that sparse indexes
 * leave it out. `since` and `position` are positions in the log.
 */

import type {
  AuditDetail,
  Audience,
  ChangeType,
  InviteRole,
  Member,
  Mention,
  Message,
  Room,
  Scope,
  Site,
  User,
  Via,
} from '@suda/protocol'

/** One document: where the log ends. Each transaction that writes to the log takes its turn here first (DL2). */
export interface LogDocument {
  readonly _id: 'log'
  /** What all documents look like. */
  readonly schema: number
  readonly epoch: string
  readonly position: number
  readonly firstPosition: number
  /** Of the newest change. */
  readonly at: Date
  /** Raised at the beginning of a transaction: who raised it is alone until its end. */
  readonly turn: number
}

/** One document. */
export interface SiteDocument extends Omit<Site, 'id'> {
  readonly _id: 'site'
  readonly id: string
  readonly secret: string
}

/** `_id` is the position. `json` goes over the wire as it stands. */
export interface ChangeDocument {
  readonly _id: number
  readonly at: Date
  readonly type: ChangeType
  readonly audience: readonly Audience[]
  readonly roomId?: string
  readonly userId?: string
  readonly messageId?: string
  readonly key?: string
  /** The message that an edit or a delete is of: what redaction looks for. */
  readonly editOf?: string
  /** The room of a change that holds its name or topic: what erasing looks for. */
  readonly settingsOf?: string
  readonly actorId?: string
  readonly via?: Via
  readonly requestId?: string
  readonly supersedes?: readonly number[]
  readonly retryId?: string
  /** The transaction that wrote it. */
  readonly group: string
  readonly json: string
}

/** `_id` is the position of the change that it is of. */
export interface AuditDocument {
  readonly _id: number
  readonly at: Date
  readonly type: string
  readonly actorId?: string
  readonly userId?: string
  readonly roomId?: string
  readonly via: Via
  readonly address?: string
  readonly requestId: string
  readonly detail?: AuditDetail
}

/** A deleted user keeps the document, with no names in it. */
export interface UserDocument {
  readonly _id: string
  readonly kind: User['kind']
  readonly username?: string
  readonly displayName?: string
  readonly displayKey?: string
  readonly siteRole: User['siteRole']
  readonly email?: string
  readonly externalId?: string
  readonly timeZone?: string
  readonly locale?: string
  readonly passwordHash?: string
  readonly revision: number
  readonly createdAt: Date
  readonly suspendedAt?: Date
  readonly deletedAt?: Date
  /** Of the change that tells of it: no change after it holds the user's names. */
  readonly deletedPosition?: number
  /** Deleted, and the log is free of the names up to this position. Absent: all is. */
  readonly erasedTo?: number
  /** The same of the kept answers, by their ids; they come after the log. */
  readonly answersErasedTo?: string
}

export interface TokenDocument {
  readonly _id: string
  readonly userId: string
  readonly secretHash: string
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly createdAt: Date
  readonly expiresAt?: Date
}

export interface SessionDocument {
  readonly _id: string
  readonly userId: string
  readonly secretHash: string
  readonly tokenId?: string
  readonly scopes?: readonly Scope[]
  readonly userAgent?: string
  readonly address?: string
  readonly createdAt: Date
  /** Absent in those of old, which nobody has renewed. */
  readonly lastUsedAt?: Date
  readonly expiresAt: Date
}

/** One that is used up stays until it expires. */
export interface InviteDocument {
  readonly _id: string
  readonly createdBy: string
  readonly codeHash: string
  readonly role: InviteRole
  readonly roomId?: string
  readonly uses?: number
  readonly used: number
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** A deleted room keeps its document and its members, the audience of `room.deleted`, until the log is trimmed past it. */
export interface RoomDocument {
  readonly _id: string
  readonly slug?: string
  readonly name: string
  readonly kind: Room['kind']
  readonly visibility: Room['visibility']
  readonly topic?: string
  readonly archived: boolean
  readonly revision: number
  readonly memberCount: number
  readonly firstSeq: number
  readonly lastSeq: number
  readonly ordinal: number
  readonly createdAt: Date
  readonly lastAt?: Date
  /** `lastAt`, or `createdAt` where nothing was said yet: rooms are listed by it. */
  readonly activeAt: Date
  /** Position of the newest message. */
  readonly movedAt?: number
  readonly publicSince?: number
  readonly deletedPosition?: number
  /** Deleted, and its content is still there. */
  readonly isErasing?: true
}

/** `_id` is `roomId userId`. */
export interface MemberDocument {
  readonly _id: string
  readonly roomId: string
  readonly userId: string
  readonly role: Member['role']
  readonly joinedAt: Date
  readonly mutedUntil?: Date
  readonly readSeq: number
  readonly readOrdinal: number
  readonly readRevision: number
  readonly since: number
}

export interface MessageDocument {
  readonly _id: string
  readonly roomId: string
  readonly inMain: boolean
  readonly seq: number
  readonly ordinal: number
  readonly revision: number
  readonly kind: Message['kind']
  readonly authorId: string
  readonly via: Via
  readonly text: string
  readonly mentions?: readonly Mention[]
  readonly replyTo?: string
  readonly threadId?: string
  readonly alsoInRoom?: boolean
  readonly threadCount?: number
  readonly threadLastAt?: Date
  readonly system?: NonNullable<Message['system']>
  readonly createdAt: Date
  readonly editedAt?: Date
  readonly deletedAt?: Date
  readonly deletedBy?: string
  readonly bodyHash: string
  readonly position: number
}

/** Somebody whom a message mentioned when it was posted; `userId` '' is the whole room. `_id` is `roomId seq userId`. */
export interface MentionDocument {
  readonly _id: string
  readonly roomId: string
  readonly userId: string
  readonly seq: number
  readonly authorId: string
}

/** A foreign row that was taken, or refused. `_id` is `source sourceId`. */
export interface TakenDocument {
  readonly _id: string
  readonly source: string
  readonly messageId?: string
  readonly error?: string
  readonly at: Date
}

/** A request that may come again. `_id` is `actorId key`. */
export interface RetryDocument {
  readonly _id: string
  readonly requestHash: string
  readonly answer?: string
  readonly isTakenBack?: true
  readonly firstPosition: number
  readonly lastPosition: number
  /** It changed nothing, and its answer may tell of anything: what redaction looks for. */
  readonly isIdle?: true
  readonly at: Date
}

/** A commit that counts under the key until it expires. */
export interface QuotaDocument {
  readonly _id: string
  readonly key: string
  readonly expiresAt: Date
}

/** Inserted to see when the change stream comes by. */
export interface MarkerDocument {
  readonly _id: string
  readonly at: Date
}

/** What one node tells the others and nobody keeps (DL9). */
export interface SignalsDocument {
  readonly _id: string
  readonly node: string
  readonly at: Date
  readonly signals: readonly unknown[]
}

/** A process that serves, last seen then. */
export interface NodeDocument {
  readonly _id: string
  readonly at: Date
  /** It is about to stop. */
  readonly isLeaving: boolean
}

/** What foreign programs write: any field may hold anything. */
export interface InboxDocument {
  readonly _id: unknown
  readonly room?: unknown
  readonly author?: unknown
  readonly text?: unknown
  readonly at?: unknown
  readonly error?: string
}

/** A session whose transactions write to the log; `_id` is its id. */
export interface WriterDocument {
  readonly _id: string
  /** When its process was last known to live. */
  readonly at: Date
}

/** What one process does for all: whoever has it until then. */
export interface LeaseDocument {
  readonly _id: string
  readonly owner: string
  readonly until: Date
}

/** Every collection that transactions write to, and the kind of its documents. */
export interface Documents {
  readonly log: LogDocument
  readonly site: SiteDocument
  readonly changes: ChangeDocument
  readonly audit: AuditDocument
  readonly users: UserDocument
  readonly tokens: TokenDocument
  readonly sessions: SessionDocument
  readonly invites: InviteDocument
  readonly rooms: RoomDocument
  readonly members: MemberDocument
  readonly messages: MessageDocument
  readonly mentions: MentionDocument
  readonly taken: TakenDocument
  readonly retries: RetryDocument
  readonly quotas: QuotaDocument
}

export type Name = keyof Documents
export type Id = string | number

// What stands before the space is an id of ours or the name of a source, which has none: no two keys are one.
export const memberId = (roomId: string, userId: string): string => `${roomId} ${userId}`
export const retryId = (actorId: string, key: string): string => `${actorId} ${key}`
export const takenId = (source: string, sourceId: string): string => `${source} ${sourceId}`
