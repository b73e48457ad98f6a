/** The storage port on SQLite: writes go to the writer, small reads are done here and now, heavy ones by the reader. */

import type { CommitOptions, Committed, Draft, Storage, StorageStatus, UserRef } from '@suda/core/storage'
import { ChatError, LIMITS, type CommittedChange } from '@suda/protocol'
import type { Feed } from '@suda/core/storage/adapting'
import { changesAfter, selectHead } from './log-rows.ts'
import type { Inbox } from './inbox.ts'
import type { OwnerLock } from './owner-lock.ts'
import type { ReaderClient } from './reader-client.ts'
import { readSession, readSessionsOf, readToken, readTokensOf } from './reads/credentials.ts'
import { readInvite, readInvites } from './reads/invites.ts'
import { readMessage, readMessages, readOrigin, readThread } from './reads/messages.ts'
import { readersNamed, readSite, readUser, readUsers } from './reads/people.ts'
import { readMember, readMembers, readRoom } from './reads/rooms.ts'
import { readReadership } from './reads/snapshot.ts'
import { selectCards } from './select.ts'
import type { Statements } from './statements.ts'
import { keptAnswer } from './write/retries.ts'
import type { WriterClient } from './writer-client.ts'

export interface StorageParts {
  readonly sql: Statements
  readonly writer: WriterClient
  readonly reader: ReaderClient
  readonly feed: Feed
  readonly inbox: Inbox
  readonly lock: OwnerLock
}

/** The most rows that a read on the main thread may take. */
const SMALL = LIMITS.pageSize

export class SqliteStorage implements Storage {
  readonly #parts: StorageParts
  #closing: Promise<void> | undefined

  constructor(parts: StorageParts) {
    this.#parts = parts
  }

  /** Where other programs leave messages. */
  get inbox(): Pick<Inbox, 'start'> {
    return this.#parts.inbox
  }

  commit(drafts: readonly Draft[], options: CommitOptions): Promise<Committed> {
    return this.#parts.writer.commit(drafts, options)
  }

  status(): StorageStatus {
    return this.#parts.writer.status
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async head() {
    return selectHead(this.#sql)
  }

  async changesAfter(position: number, limit: number): Promise<readonly CommittedChange[]> {
    return limit <= SMALL ? changesAfter(this.#sql, position, limit) : this.#heavy.read('changesAfter', position, limit)
  }

  feed(position: number): AsyncIterable<readonly CommittedChange[]> {
    return this.#parts.feed.after(position)
  }

  async site() {
    return readSite(this.#sql)
  }

  async user(ref: UserRef) {
    return readUser(this.#sql, ref)
  }

  async cards(userIds: readonly string[]) {
    return selectCards(this.#sql, userIds)
  }

  async findUsers(text: string, limit: number) {
    return this.#heavy.read('findUsers', text, limit)
  }

  async users(page: { after?: string; limit: number }) {
    return page.limit <= SMALL ? readUsers(this.#sql, page) : this.#heavy.read('readUsers', page)
  }

  async readersNamed(roomId: string, usernames: readonly string[]) {
    return readersNamed(this.#sql, roomId, usernames)
  }

  async session(secretHash: string) {
    return readSession(this.#sql, secretHash, Date.now())
  }

  async token(secretHash: string) {
    return readToken(this.#sql, secretHash, Date.now())
  }

  async sessionsOf(owner: { userId: string } | { tokenId: string }) {
    return readSessionsOf(this.#sql, owner, Date.now())
  }

  async tokensOf(userId: string) {
    return readTokensOf(this.#sql, userId, Date.now())
  }

  async invite(ref: { id: string } | { codeHash: string }) {
    return readInvite(this.#sql, ref, Date.now())
  }

  async invites(createdBy?: string) {
    if (createdBy !== undefined) return readInvites(this.#sql, Date.now(), createdBy)
    return this.#heavy.read('readInvites', Date.now())
  }

  async room(ref: string, userId: string) {
    return readRoom(this.#sql, ref, userId)
  }

  async rooms(userId: string, page: { browse: boolean; after?: string; limit: number }) {
    return this.#heavy.read('readRooms', userId, page)
  }

  async members(roomId: string, page: { after?: string; limit: number }) {
    return page.limit <= SMALL ? readMembers(this.#sql, roomId, page) : this.#heavy.read('readMembers', roomId, page)
  }

  async member(roomId: string, userId: string) {
    return readMember(this.#sql, roomId, userId)
  }

  async message(id: string) {
    return readMessage(this.#sql, id)
  }

  async messageOrigin(id: string) {
    return readOrigin(this.#sql, id)
  }

  async messages(roomId: string, page: Parameters<Storage['messages']>[1]) {
    return page.limit <= SMALL ? readMessages(this.#sql, roomId, page) : this.#heavy.read('readMessages', roomId, page)
  }

  async thread(messageId: string, page: Parameters<Storage['thread']>[1]) {
    return page.limit <= SMALL
      ? readThread(this.#sql, messageId, page)
      : this.#heavy.read('readThread', messageId, page)
  }

  async snapshot(userId: string, part: Parameters<Storage['snapshot']>[1]) {
    return this.#heavy.read('readSnapshot', userId, part)
  }

  async readership(userId: string, roomId?: string) {
    if (roomId !== undefined || isSmall(this.#sql, userId)) return readReadership(this.#sql, userId, roomId)
    return this.#heavy.read('readReadership', userId)
  }

  async publicRooms() {
    return this.#heavy.read('readPublicRooms')
  }

  async keptAnswer(actorId: string, key: string) {
    return keptAnswer(this.#sql, actorId, key)
  }

  async audit(page: Parameters<Storage['audit']>[0]) {
    return this.#heavy.read('readAudit', page)
  }

  get #sql(): Statements {
    this.#assertOpen()
    return this.#parts.sql
  }

  get #heavy(): ReaderClient {
    this.#assertOpen()
    return this.#parts.reader
  }

  #assertOpen(): void {
    if (this.#closing !== undefined)
      throw new ChatError('unavailable', undefined, { cause: new Error('the storage is closed') })
  }

  // The reading connections go first, so that the writer's is the last one and leaves no WAL behind.
  async #close(): Promise<void> {
    const { sql, writer, reader, feed, inbox, lock } = this.#parts
    await inbox.close()
    await reader.close()
    sql.db.close()
    await writer.close()
    feed.end()
    lock.release()
  }
}

function isSmall(sql: Statements, userId: string): boolean {
  const rooms = sql.one<{ count: number }>('SELECT count(*) AS count FROM members WHERE user_id = ?', userId)
  return (rooms?.count ?? 0) <= SMALL
}
