/** The storage port on MongoDB: writes go together into transactions, reads are of what a majority has. */

import type { CommitOptions, Committed, Draft, Storage, StorageStatus, UserRef } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import type { Collections } from './collections.ts'
import type { Committer } from './commit/committer.ts'
import { translated, unavailable } from './driver-error.ts'
import type { ChangeStreamWatch } from './feed/change-stream-watch.ts'
import type { MongoFeed } from './feed/mongo-feed.ts'
import type { Foreign } from './foreign/foreign.ts'
import type { MongoInbox } from './inbox/mongo-inbox.ts'
import type { Nodes } from './nodes.ts'
import { readAudit } from './reads/audit.ts'
import { readInvite, readInvites } from './reads/invites.ts'
import { changesAfter, readHead } from './reads/log.ts'
import { readMessage, readMessages, readOrigin, readThread } from './reads/messages.ts'
import { findUsers, readersNamed, readSite, readUser, readUsers } from './reads/people.ts'
import { readReadership } from './reads/readership.ts'
import { keptAnswer } from './reads/retries.ts'
import { readSession, readSessionsOf, readToken, readTokensOf } from './reads/proofs.ts'
import { readMember, readMembers, readRoom, readRooms } from './reads/rooms.ts'
import { selectCards } from './reads/select.ts'
import { readPublicRooms, readSnapshot } from './reads/snapshot.ts'
import type { Signals } from './signals.ts'
import type { Sources } from './sources/sources.ts'
import type { Upkeep } from './upkeep/upkeep.ts'

export interface StorageParts {
  readonly db: Collections
  readonly committer: Committer
  readonly feed: MongoFeed
  readonly foreign: Foreign
  readonly watch: ChangeStreamWatch
  readonly upkeep: Upkeep
  readonly nodes: Nodes
  readonly signals: Signals
}

export class MongoStorage implements Storage {
  /** Which processes serve the site. */
  readonly nodes: Nodes
  /** What they tell each other. */
  readonly signals: Signals
  /** Where other programs put messages. */
  readonly inbox: MongoInbox
  /** Other programs' own collections, which are read as well. */
  readonly sources: Sources
  readonly #parts: StorageParts
  #closing: Promise<void> | undefined

  constructor(parts: StorageParts) {
    this.#parts = parts
    this.nodes = parts.nodes
    this.signals = parts.signals
    this.inbox = parts.foreign.inbox
    this.sources = parts.foreign.sources
  }

  commit(drafts: readonly Draft[], options: CommitOptions): Promise<Committed> {
    return this.#parts.committer.commit(drafts, options)
  }

  status(): StorageStatus {
    const { committer, feed, upkeep } = this.#parts
    const { commits, fault = upkeep.isAway ? 'unavailable' : undefined } = committer.status
    return { commits, erasing: upkeep.erasing, feedLagMs: feed.lagMs, ...(fault !== undefined && { fault }) }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  head() {
    return this.#read(readHead)
  }

  changesAfter(position: number, limit: number) {
    return this.#read((db) => changesAfter(db, position, limit))
  }

  feed(position: number): AsyncIterable<readonly CommittedChange[]> {
    return this.#parts.feed.after(position)
  }

  site() {
    return this.#read(readSite)
  }

  user(ref: UserRef) {
    return this.#read((db) => readUser(db, ref))
  }

  cards(userIds: readonly string[]) {
    return this.#read((db) => selectCards(db, userIds))
  }

  findUsers(text: string, limit: number) {
    return this.#read((db) => findUsers(db, text, limit))
  }

  users(page: Parameters<Storage['users']>[0]) {
    return this.#read((db) => readUsers(db, page))
  }

  readersNamed(roomId: string, usernames: readonly string[]) {
    return this.#read((db) => readersNamed(db, roomId, usernames))
  }

  session(secretHash: string) {
    return this.#read((db) => readSession(db, secretHash, new Date()))
  }

  token(secretHash: string) {
    return this.#read((db) => readToken(db, secretHash, new Date()))
  }

  sessionsOf(owner: { userId: string } | { tokenId: string }) {
    return this.#read((db) => readSessionsOf(db, owner, new Date()))
  }

  tokensOf(userId: string) {
    return this.#read((db) => readTokensOf(db, userId, new Date()))
  }

  invite(ref: Parameters<Storage['invite']>[0]) {
    return this.#read((db) => readInvite(db, ref, new Date()))
  }

  invites(createdBy?: string) {
    return this.#read((db) => readInvites(db, createdBy, new Date()))
  }

  room(ref: string, userId: string) {
    return this.#read((db) => readRoom(db, ref, userId))
  }

  rooms(userId: string, page: Parameters<Storage['rooms']>[1]) {
    return this.#read((db) => readRooms(db, userId, page))
  }

  members(roomId: string, page: Parameters<Storage['members']>[1]) {
    return this.#read((db) => readMembers(db, roomId, page))
  }

  member(roomId: string, userId: string) {
    return this.#read((db) => readMember(db, roomId, userId))
  }

  message(id: string) {
    return this.#read((db) => readMessage(db, id))
  }

  messageOrigin(id: string) {
    return this.#read((db) => readOrigin(db, id))
  }

  messages(roomId: string, page: Parameters<Storage['messages']>[1]) {
    return this.#read((db) => readMessages(db, roomId, page))
  }

  thread(messageId: string, page: Parameters<Storage['thread']>[1]) {
    return this.#read((db) => readThread(db, messageId, page))
  }

  snapshot(userId: string, part: Parameters<Storage['snapshot']>[1]) {
    return this.#read((db) => readSnapshot(db, userId, part))
  }

  readership(userId: string, roomId?: string) {
    return this.#read((db) => readReadership(db, userId, roomId))
  }

  publicRooms() {
    return this.#read(readPublicRooms)
  }

  keptAnswer(actorId: string, key: string) {
    return this.#read((db) => keptAnswer(db, actorId, key))
  }

  audit(page: Parameters<Storage['audit']>[0]) {
    return this.#read((db) => readAudit(db, page))
  }

  async #read<T>(read: (db: Collections) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw unavailable(new Error('the storage is closed'))
    try {
      return await read(this.#parts.db)
    } catch (error) {
      throw translated(error)
    }
  }

  async #close(): Promise<void> {
    const { committer, db, feed, foreign, upkeep, watch } = this.#parts
    await foreign.close()
    await committer.close()
    await upkeep.close()
    await this.nodes.close()
    await watch.close()
    feed.end()
    await db.client.close()
  }
}
