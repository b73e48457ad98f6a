/**
 * The storage port. Obligations of an adapter stand at each method; rules with an id (`ST…`) are explained in
 * docs/storage.md and tested by the contract suite on every adapter.
 */

import type { CommittedChange, Message, Room, UserCard, Via } from '@suda/protocol'
import type { Draft } from './drafts.ts'
import type { Precondition } from './preconditions.ts'
import type {
  AuditEntry,
  InviteRecord,
  LogHead,
  MemberPage,
  MessageOrigin,
  MessagePage,
  PageBound,
  Readership,
  RoomPage,
  RoomRecord,
  SessionRecord,
  SiteRecord,
  Snapshot,
  StorageStatus,
  TokenRecord,
  UserPage,
  UserRecord,
  UserRef,
} from './records.ts'

export type * from './drafts.ts'
export type * from './preconditions.ts'
export type * from './records.ts'

export interface Storage extends Reads, Log {
  /**
   * The only write. In one transaction: checks the preconditions in their order (ST25), writes the state, and appends one change
   * a draft with dense positions (ST1, DL2). Resolves once it is durable (ST2); until then nothing of it is visible to
   * anybody, and after a rejection nothing of it ever is (ST3).
   *
   * A draft that finds everything as it wants it makes no change: joining twice, leaving twice, the read position or role of
   * somebody who is no member. What it needs must be there: an edit of a missing message is `not_found`, of a deleted one
   * `message_deleted`.
   *
   * A retry changes nothing and answers `repeated` without changes (ST11 to ST14): a message id that the same author posted in the same room with the
   * same `bodyHash`, a `source` row that was taken already, or an idempotency key with the same hash.
   *
   * @throws ChatError as each precondition says; `conflict` for an id or key that stands for something else;
   * `storage_full` or `unavailable` when it could not be stored
   */
  commit(drafts: readonly Draft[], options: CommitOptions): Promise<Committed>

  status(): StorageStatus

  /** Waits for running commits and lets go of the database; later calls reject with `unavailable`. */
  close(): Promise<void>
}

export interface CommitOptions {
  readonly preconditions: readonly Precondition[]
  readonly by: CommittedBy
  readonly idempotency?: IdempotencyKey
}

/** Who and by which way; kept with the change and in the audit, never sent to readers but for `actorId`. */
export interface CommittedBy {
  readonly actorId?: string
  readonly via: Via
  readonly requestId: string
  /** The network address of the caller. */
  readonly address?: string
}

/** Kept for 24 h. A commit without drafts and with an `answer` keeps that answer under the key, whether or not it was used before. */
export interface IdempotencyKey {
  readonly actorId: string
  readonly key: string
  /** Of method, path and body. */
  readonly requestHash: string
  readonly answer?: string
}

export interface Committed {
  /** In order; fewer than drafts where a draft made no change. Of a repeated commit under a key: those of the first one that are still in the log. */
  readonly changes: readonly CommittedChange[]
  readonly repeated: boolean
  /** The answer kept under the idempotency key. */
  readonly answer?: string
}

export interface Log {
  head(): Promise<LogHead>

  /**
   * The changes after `position` in order, void ones too, `limit` at most; [] at the head.
   * @throws TrimmedError if some of them are gone (DL2b)
   */
  changesAfter(position: number, limit: number): Promise<readonly CommittedChange[]>

  /**
   * Every change after `position`, in order, without a hole, as it becomes durable (DL2, ST2). Ends only by an error
   * that names why, or by `close()`; after a `TrimmedError` or an `AnotherLogError` there is nothing to take up again.
   */
  feed(position: number): AsyncIterable<readonly CommittedChange[]>
}

/** The log no longer reaches back to there. */
export class TrimmedError extends Error {
  readonly firstPosition: number

  constructor(firstPosition: number) {
    super(`the log begins at ${firstPosition}`)
    this.name = 'TrimmedError'
    this.firstPosition = firstPosition
  }
}

/** The log is not the one that was followed until now: the database was replaced, as by a restore. Who followed it begins anew. */
export class AnotherLogError extends Error {
  override readonly name = 'AnotherLogError'
}

/** Reads see everything that was acknowledged before they began (ST4). */
export interface Reads {
  site(): Promise<SiteRecord>

  user(ref: UserRef): Promise<UserRecord | undefined>
  /** Cards of those that exist, in any order. */
  cards(userIds: readonly string[]): Promise<readonly UserCard[]>
  /** Active users whose user name or display name begins with the text, `limit` at most. */
  findUsers(text: string, limit: number): Promise<readonly UserCard[]>
  /** Everybody but the deleted, suspended or not, ascending by user name. */
  users(page: { after?: string; limit: number }): Promise<UserPage>
  /** Of the given user names (lower-case) those who may read the room, as of now. */
  readersNamed(roomId: string, usernames: readonly string[]): Promise<readonly { userId: string; username: string }[]>

  /** By the SHA-256 of the secret; with the user, active or not. Expired and ended ones are not found. */
  session(secretHash: string): Promise<{ session: SessionRecord; user: UserRecord['user'] } | undefined>
  token(secretHash: string): Promise<{ token: TokenRecord; user: UserRecord['user'] } | undefined>
  /** Sessions that live, of one user or made from one token. */
  sessionsOf(owner: { userId: string } | { tokenId: string }): Promise<readonly SessionRecord[]>

  /** Tokens that live, newest first. */
  tokensOf(userId: string): Promise<readonly TokenRecord[]>

  /** By its id or the SHA-256 of its code; expired and used up ones are not found. */
  invite(ref: { id: string } | { codeHash: string }): Promise<InviteRecord | undefined>
  /** Those that can still be used, newest first, of one user or, without one, of the site. */
  invites(createdBy?: string): Promise<readonly InviteRecord[]>

  /** By id or slug; deleted rooms are not found. */
  room(ref: string, userId: string): Promise<RoomRecord | undefined>
  /** Rooms of which the user is a member, or with `browse` also the public ones; by last activity, newest first. */
  rooms(userId: string, page: { browse: boolean; after?: string; limit: number }): Promise<RoomPage>
  /** Ascending by user id. */
  members(roomId: string, page: { after?: string; limit: number }): Promise<MemberPage>
  member(roomId: string, userId: string): Promise<Room['my'] | undefined>

  message(id: string): Promise<Message | undefined>
  /** Who used this message id, also after the message's text is gone. */
  messageOrigin(id: string): Promise<MessageOrigin | undefined>
  /** The main view, ascending; the newest without a bound. */
  messages(roomId: string, page: PageBound & { limit: number }): Promise<MessagePage>
  /** Replies under a message, ascending. */
  thread(messageId: string, page: { after?: number; before?: number; limit: number }): Promise<MessagePage>

  /**
   * What a client needs for its first screen; position and data of one moment (DL7). With `roomIds` those of them that
   * the user may read, member or not; otherwise the rooms of which the user is a member, newest first, page by page.
   * Side-loads the members of direct rooms and nobody else. Undefined if the user is not active.
   */
  snapshot(userId: string, part: { roomIds: readonly string[] } | { after?: string }): Promise<Snapshot | undefined>
  /** What a stream may tell this user; with `roomId` that room alone, also where the user is no member. */
  readership(userId: string, roomId?: string): Promise<Readership>
  /** All public rooms, labelled like a snapshot. */
  publicRooms(): Promise<{ position: number; roomIds: readonly string[] }>

  /** What an idempotency key stands for, if it was used within its 24 h. */
  keptAnswer(actorId: string, key: string): Promise<{ requestHash: string; answer?: string } | undefined>

  audit(page: { before?: number; limit: number; actorId?: string; type?: string }): Promise<readonly AuditEntry[]>
}
