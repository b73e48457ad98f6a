/** The only door to the rules: commands by `execute`, and reads that give an actor what the actor may see. */

import {
  ChatError,
  type AuditEntry,
  type Invite,
  type InvitePreviewAnswer,
  type Message,
  type Room,
  type Session,
  type Site,
  type Token,
  type User,
  type UserCard,
} from '@suda/protocol'
import { admit, admitMessage, admitRoom, type Action } from './access.ts'
import type { Actor, ActorOf } from './actor.ts'
import type { Command } from './commands.ts'
import { execute, type Execution, type Request } from './execute.ts'
import { findInvite } from './invites/find-invite.ts'
import { previewInvite, visibleInvites } from './invites/read-invites.ts'
import { postInOrder, type Post } from './messages/post-in-order.ts'
import type { Ports } from './ports.ts'
import type { MemberPage, MessagePage, PageBound, Readership, RoomPage, Snapshot, UserPage } from './storage/records.ts'
import type { Committed, Storage } from './storage/storage.ts'
import { asUser } from './users/as-user.ts'
import { findUser } from './users/find-user.ts'
import { admitNewcomer, type Arrival } from './users/sign-up.ts'

export class Chat {
  readonly #storage: Storage
  readonly #ports: Ports
  #secret: string | undefined

  constructor(storage: Storage, ports: Ports) {
    this.#storage = storage
    this.#ports = ports
  }

  /**
   * @returns the committed changes; none where everything was as the command wants it already, or where it repeats
   * one that was carried out
   * @throws ChatError as the command's handler says
   */
  execute(command: Command, actor: Actor, request: Request): Promise<Committed> {
    return execute(command, actor, request, this.#context())
  }

  /** Several messages, as if each were posted when the one before it was stored. @returns what became of each */
  postInOrder(prepare: readonly (() => Promise<Post>)[]): Promise<readonly PromiseSettledResult<Committed>[]> {
    return postInOrder(prepare, this.#context())
  }

  #context(): Execution {
    return {
      storage: this.#storage,
      reads: this.#storage,
      ports: this.#ports,
      secret: () => this.#readSecret(),
    }
  }

  async #readSecret(): Promise<string> {
    this.#secret ??= (await this.#storage.site()).secret
    return this.#secret
  }

  /** @returns undefined unless the session lives and its user is active */
  async actorBySession(secretHash: string): Promise<ActorOf<'user'> | undefined> {
    const found = await this.#storage.session(secretHash)
    if (found === undefined || !isActive(found.user)) return undefined
    const { id: userId, siteRole } = found.user
    const { id: sessionId, expiresAt: sessionExpiresAt, tokenId, scopes } = found.session
    return {
      kind: 'user',
      userId,
      siteRole,
      via: { kind: 'session' },
      sessionId,
      sessionExpiresAt,
      ...(tokenId !== undefined && { tokenId }),
      ...(scopes !== undefined && { scopes }),
    }
  }

  /** @returns undefined unless the token is known, not expired, and its user active */
  async actorByToken(secretHash: string): Promise<ActorOf<'user'> | undefined> {
    const found = await this.#storage.token(secretHash)
    if (found === undefined || !isActive(found.user)) return undefined
    const { id: userId, siteRole } = found.user
    const { id: tokenId, label: name, scopes, expiresAt } = found.token
    return {
      kind: 'user',
      userId,
      siteRole,
      via: { kind: 'token', name },
      tokenId,
      scopes,
      ...(expiresAt !== undefined && { tokenExpiresAt: expiresAt }),
    }
  }

  /** For what is written in somebody's name by the machine's operator, such as a row of the inbox. */
  async actorByName(
    ref: { id: string } | { username: string } | { externalId: string },
    via: Actor['via'],
  ): Promise<ActorOf<'user'> | undefined> {
    const found = await this.#storage.user(ref)
    if (found === undefined || !isActive(found.user)) return undefined
    return { kind: 'user', userId: found.user.id, siteRole: found.user.siteRole, via }
  }

  async site(): Promise<{ site: Site; hasOwner: boolean }> {
    const { site, hasOwner } = await this.#storage.site()
    return { site, hasOwner }
  }

  async me(actor: Actor): Promise<User> {
    admit('readMe', actor)
    const record = await this.#storage.user({ id: asUser(actor).userId })
    if (record === undefined) throw new ChatError('unauthenticated')
    return record.user
  }

  async cards(actor: Actor, userIds: readonly string[]): Promise<readonly UserCard[]> {
    admit('readUsers', actor)
    return this.#storage.cards(userIds)
  }

  /** @throws ChatError `forbidden` for guests, who meet people only in their rooms */
  async findUsers(actor: Actor, text: string, limit: number): Promise<readonly UserCard[]> {
    admit('readUsers', actor)
    if (asUser(actor).siteRole === 'guest') throw new ChatError('forbidden')
    return this.#storage.findUsers(text, limit)
  }

  /** Cards of those whom an answer names that the actor may have. */
  sideLoaded(userIds: readonly string[]): Promise<readonly UserCard[]> {
    return this.#storage.cards([...new Set(userIds)])
  }

  /** One of the accounts. @throws ChatError `not_found` */
  async account(actor: Actor, ref: string): Promise<User> {
    admit('readAccounts', actor)
    return findUser(ref, actor, this.#storage)
  }

  /** What only admins and the users themselves know. */
  async accounts(actor: Actor, page: { after?: string; limit: number }): Promise<UserPage> {
    admit('readAccounts', actor)
    return this.#storage.users(page)
  }

  /** The own ones, the one in use first, then the newest. */
  async sessions(actor: Actor): Promise<readonly Session[]> {
    admit('readSessions', actor)
    const { sessionId, userId } = asUser(actor)
    const sessions = (await this.#storage.sessionsOf({ userId })).map((session): Session => {
      const { address, createdAt, expiresAt, id, lastUsedAt, userAgent } = session
      return {
        id,
        createdAt,
        expiresAt,
        lastUsedAt,
        ...(address !== undefined && { address }),
        ...(userAgent !== undefined && { userAgent }),
        isCurrent: id === sessionId,
      }
    })
    return sessions.sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent) || (a.lastUsedAt < b.lastUsedAt ? 1 : -1))
  }

  /** The own ones, newest first. */
  async tokens(actor: Actor): Promise<readonly Token[]> {
    admit('readTokens', actor)
    const tokens = await this.#storage.tokensOf(asUser(actor).userId)
    return tokens.map(({ userId: _userId, ...token }) => token)
  }

  /** The own ones; for admins all but those into rooms that they may not read. Newest first. */
  async invites(actor: Actor): Promise<readonly Invite[]> {
    admit('readInvites', actor)
    return visibleInvites(asUser(actor), this.#storage)
  }

  /** What somebody with the code may know. @throws ChatError `not_found` */
  previewInvite(codeHash: string): Promise<InvitePreviewAnswer> {
    return previewInvite(codeHash, this.#storage)
  }

  /** The id of the room that an invite leads to. @throws ChatError `invite_invalid` */
  async roomOfInvite(codeHash: string): Promise<string | undefined> {
    return (await findInvite(codeHash, this.#storage)).roomId
  }

  /** Whether somebody may sign up at all. @throws ChatError `sign_up_closed`, `invite_invalid` */
  async assertMaySignUp(arrival: Arrival): Promise<void> {
    await admitNewcomer(arrival, this.#storage)
  }

  /** Newest first. */
  async audit(
    actor: Actor,
    page: { before?: number; limit: number; actorId?: string; type?: string },
  ): Promise<readonly AuditEntry[]> {
    admit('readAudit', actor)
    return this.#storage.audit(page)
  }

  async rooms(actor: Actor, page: { browse: boolean; after?: string; limit: number }): Promise<RoomPage> {
    admit('listRooms', actor)
    const { userId, siteRole } = asUser(actor)
    return this.#storage.rooms(userId, { ...page, browse: page.browse && siteRole !== 'guest' })
  }

  /** @throws ChatError `not_found` */
  async room(actor: Actor, ref: string, action: Action = 'readRoom'): Promise<Room> {
    admit(action, actor)
    return (await admitRoom(action, ref, actor, this.#storage)).room
  }

  async members(actor: Actor, ref: string, page: { after?: string; limit: number }): Promise<MemberPage> {
    const room = await this.room(actor, ref, 'readMembers')
    return this.#storage.members(room.id, page)
  }

  async messages(actor: Actor, ref: string, page: PageBound & { limit: number }): Promise<MessagePage> {
    const room = await this.room(actor, ref, 'readMessages')
    return this.#storage.messages(room.id, page)
  }

  /** @throws ChatError `not_found`, `forbidden` */
  async message(actor: Actor, id: string, action: Action = 'readMessage'): Promise<Message> {
    admit(action, actor)
    return (await admitMessage(action, id, asUser(actor), this.#storage)).message
  }

  async thread(
    actor: Actor,
    id: string,
    page: { after?: number; before?: number; limit: number },
  ): Promise<MessagePage> {
    await this.message(actor, id)
    return this.#storage.thread(id, page)
  }

  async sync(actor: Actor, part: { roomIds: readonly string[] } | { after?: string }): Promise<Snapshot> {
    admit('sync', actor)
    const snapshot = await this.#storage.snapshot(asUser(actor).userId, part)
    if (snapshot === undefined) throw new ChatError('unauthenticated')
    return snapshot
  }

  /** What a stream may tell: of the reader's rooms, or of one room alone. */
  async readership(actor: Actor, roomId?: string): Promise<Readership> {
    admit(roomId === undefined ? 'readFeed' : 'readRoomFeed', actor)
    return this.#storage.readership(asUser(actor).userId, roomId)
  }

  /** @throws ChatError `conflict` if the key stands for another request */
  async keptAnswer(actor: Actor, key: string, requestHash: string): Promise<string | undefined> {
    const kept = await this.#storage.keptAnswer(asUser(actor).userId, key)
    if (kept !== undefined && kept.requestHash !== requestHash) throw new ChatError('conflict')
    return kept?.answer
  }

  async keepAnswer(actor: Actor, request: Request, answer: string): Promise<void> {
    const { idempotency, requestId } = request
    if (idempotency === undefined) return
    await this.#storage.commit([], {
      preconditions: [],
      by: { via: actor.via, requestId },
      idempotency: { ...idempotency, actorId: asUser(actor).userId, answer },
    })
  }
}

function isActive(user: User): boolean {
  return user.suspendedAt === undefined && user.deletedAt === undefined
}
