/**
 * A storage in small: a log, and who could read what at each position of it. It decides by its own bookkeeping, not by the
 * hub's code, so that tests have something to hold the hub against.
 */

import type { Audience, ChangeType, CommittedChange, Message, SiteRole } from '@suda/protocol'
import type { Readership } from '../readership.ts'

interface RoomFacts {
  readonly isPublic: boolean
  readonly publicSince: number
  readonly members: ReadonlyMap<string, number>
  readonly deletedAt?: number
}

interface Facts {
  readonly rooms: ReadonlyMap<string, RoomFacts>
  readonly gone: ReadonlySet<string>
}

type Draft = Pick<CommittedChange, 'type' | 'audience'> &
  Partial<Pick<CommittedChange, 'roomId' | 'userId' | 'messageId' | 'supersedes'>> & { readonly payload: object }

const AT = Date.UTC(2026, 10, 24)

export class World {
  readonly log: CommittedChange[] = []
  /** As each change was when it was committed, whatever was taken back since. */
  readonly said: CommittedChange[] = []
  /** `facts[p]` is what was true after position p. */
  readonly facts: Facts[] = [{ rooms: new Map(), gone: new Set() }]
  readonly guests = new Set<string>()
  readonly #messages = new Map<string, { message: Message; posted: number; edits: number[] }>()
  readonly #keyed = new Map<string, number>()
  firstPosition = 1

  get head(): number {
    return this.log.length
  }

  get now(): Facts {
    return this.factsAt(this.head)
  }

  factsAt(position: number): Facts {
    const facts = this.facts[position]
    if (facts === undefined) throw new RangeError(`nothing is known of ${position}`)
    return facts
  }

  changesAfter = async (position: number, limit: number): Promise<readonly CommittedChange[]> => {
    if (position < this.firstPosition - 1) throw Object.assign(new Error('trimmed'), { name: 'TrimmedError' })
    return this.log.slice(position, position + limit)
  }

  readership(userId: string, roomId?: string, position = this.head): Readership {
    const { gone, rooms } = this.factsAt(position)
    const siteRole: SiteRole = this.guests.has(userId) ? 'guest' : 'member'
    const readable = [...rooms].flatMap(([id, room]) => {
      const joined = room.members.get(userId)
      const open = room.isPublic && siteRole !== 'guest' && roomId === id ? room.publicSince : undefined
      if ((roomId !== undefined && roomId !== id) || (joined === undefined && open === undefined)) return []
      const since = Math.min(joined ?? Infinity, open ?? Infinity)
      return [
        {
          roomId: id,
          since,
          isMember: joined !== undefined,
          ...(room.deletedAt !== undefined && { deletedAt: room.deletedAt }),
        },
      ]
    })
    return { position, ...(!gone.has(userId) && { user: { siteRole } }), rooms: readable }
  }

  publicRooms(position = this.head): { position: number; roomIds: string[] } {
    const rooms = [...this.factsAt(position).rooms].filter(([, room]) => room.isPublic)
    return { position, roomIds: rooms.map(([id]) => id) }
  }

  createRoom(roomId: string, visibility: 'public' | 'private'): CommittedChange {
    const room = { id: roomId, visibility }
    const isPublic = visibility === 'public'
    const rooms = this.#withRoom(roomId, { isPublic, publicSince: this.head + 1, members: new Map() })
    return this.commit(
      { type: 'room.created', audience: roomAudience(roomId, isPublic), roomId, payload: { room } },
      { rooms },
    )
  }

  turn(roomId: string, visibility: 'public' | 'private'): CommittedChange {
    const before = this.#room(roomId)
    const isPublic = visibility === 'public'
    const rooms = this.#withRoom(roomId, { ...before, isPublic, publicSince: isPublic ? this.head + 1 : Infinity })
    const audience = roomAudience(roomId, isPublic || before.isPublic)
    return this.commit(
      { type: 'room.changed', audience, roomId, payload: { room: { id: roomId, visibility } } },
      { rooms },
    )
  }

  rename(roomId: string): CommittedChange {
    const { isPublic } = this.#room(roomId)
    const room = { id: roomId, visibility: isPublic ? 'public' : 'private' }
    return this.commit({ type: 'room.changed', audience: roomAudience(roomId, isPublic), roomId, payload: { room } })
  }

  deleteRoom(roomId: string): CommittedChange {
    const rooms = this.#withRoom(roomId, { ...this.#room(roomId), isPublic: false, deletedAt: this.head + 1 })
    return this.commit({ type: 'room.deleted', audience: [`room:${roomId}`], roomId, payload: {} }, { rooms })
  }

  join(userId: string, roomId: string): CommittedChange {
    const room = this.#room(roomId)
    const rooms = this.#withRoom(roomId, { ...room, members: new Map(room.members).set(userId, this.head + 1) })
    const audience: Audience[] = [`room:${roomId}`, `user:${userId}`]
    const payload = { member: { userId, role: 'member' }, memberCount: 1, users: [] }
    return this.commit({ type: 'member.joined', audience, roomId, userId, payload }, { rooms })
  }

  leave(userId: string, roomId: string): CommittedChange {
    const room = this.#room(roomId)
    const members = new Map([...room.members].filter(([id]) => id !== userId))
    const audience: Audience[] = [`room:${roomId}`, `user:${userId}`]
    const payload = { memberCount: 1, reason: 'removed' }
    const rooms = this.#withRoom(roomId, { ...room, members })
    return this.commit({ type: 'member.left', audience, roomId, userId, payload }, { rooms })
  }

  /** A message by somebody whose card comes with it, as those of all do in life. */
  postBy(userId: string, roomId: string, displayName: string): CommittedChange {
    const messageId = `m${this.head + 1}`
    const users = [{ id: userId, username: userId, displayName, kind: 'human', revision: 1 }]
    const payload = { message: aMessage(messageId, roomId, 'hello'), users }
    return this.commit({ type: 'message.posted', audience: [`room:${roomId}`], roomId, messageId, payload })
  }

  post(roomId: string, text = 'hello', messageId = `m${this.head + 1}`): CommittedChange {
    const message = aMessage(messageId, roomId, text)
    this.#messages.set(messageId, { message, posted: this.head + 1, edits: [] })
    return this.commit({
      type: 'message.posted',
      audience: [`room:${roomId}`],
      roomId,
      messageId,
      payload: { message, users: [] },
    })
  }

  edit(messageId: string, text: string): CommittedChange {
    return this.#rewrite('message.edited', messageId, text)
  }

  deleteMessage(messageId: string): CommittedChange {
    return this.#rewrite('message.deleted', messageId, '')
  }

  read(userId: string, roomId: string, seq = 1): CommittedChange {
    const key = `${userId} ${roomId}`
    const old = this.#keyed.get(key)
    this.#keyed.set(key, this.head + 1)
    const supersedes = old === undefined ? [] : [old]
    return this.commit({
      type: 'read.moved',
      audience: [`user:${userId}`],
      roomId,
      userId,
      supersedes,
      payload: { seq },
    })
  }

  endSession(userId: string, sessionId: string): CommittedChange {
    const payload = { sessionId, reason: 'revoked' }
    return this.commit({ type: 'session.ended', audience: ['server', `user:${userId}`], userId, payload })
  }

  deleteToken(userId: string, tokenId: string): CommittedChange {
    return this.commit({ type: 'token.deleted', audience: ['server', `user:${userId}`], userId, payload: { tokenId } })
  }

  changeUser(
    userId: string,
    facts: { deletedAt?: string; suspendedAt?: string; siteRole?: SiteRole } = {},
  ): CommittedChange {
    const isGone = facts.deletedAt !== undefined || facts.suspendedAt !== undefined
    const gone = new Set([...this.now.gone, ...(isGone ? [userId] : [])])
    const payload = { user: { id: userId, kind: 'human', revision: 2, ...facts } }
    const isOfAll = facts.suspendedAt === undefined && facts.siteRole === undefined
    const type = facts.deletedAt !== undefined ? 'user.deleted' : isOfAll ? 'user.changed' : 'profile.changed'
    const audience: Audience[] = isOfAll ? ['site'] : ['server', `user:${userId}`]
    return this.commit({ type, audience, userId, payload }, { gone })
  }

  createUser(userId: string): CommittedChange {
    return this.commit({
      type: 'user.created',
      audience: ['server', `user:${userId}`],
      userId,
      payload: { user: { id: userId } },
    })
  }

  changeSite(): CommittedChange {
    return this.commit({ type: 'site.changed', audience: ['site'], payload: { site: {} } })
  }

  commit(draft: Draft, facts: Partial<Facts> = {}): CommittedChange {
    const { payload, supersedes = [], ...routing } = draft
    const position = this.head + 1
    const { audience: _told, ...wire } = routing
    const json = JSON.stringify({ position, at: new Date(AT).toISOString(), ...wire, payload })
    const change: CommittedChange = { position, at: AT, ...routing, json, ...(supersedes.length > 0 && { supersedes }) }
    this.facts.push({ ...this.now, ...facts })
    this.log.push(change)
    this.said.push(change)
    for (const old of supersedes) this.#takeBack(old, draft)
    return change
  }

  #rewrite(type: ChangeType, messageId: string, text: string): CommittedChange {
    const known = this.#messages.get(messageId)
    if (known === undefined) throw new RangeError(`no message ${messageId}`)
    const message = { ...known.message, text, revision: known.message.revision + 1 }
    const supersedes = [known.posted, ...known.edits]
    this.#messages.set(messageId, { message, posted: known.posted, edits: [this.head + 1] })
    const { roomId } = message
    return this.commit({
      type,
      audience: [`room:${roomId}`],
      roomId,
      messageId,
      supersedes,
      payload: { message, users: [] },
    })
  }

  /** As the storage does it in the same transaction (DL2a). */
  #takeBack(position: number, { payload }: Draft): void {
    const old = this.log[position - 1]
    if (old === undefined) return
    const wire = JSON.parse(old.json) as { payload: object; at: string }
    const isPosted = old.type === 'message.posted' && 'message' in payload
    this.log[position - 1] = isPosted
      ? { ...old, json: JSON.stringify({ ...wire, payload: { ...wire.payload, message: payload.message } }) }
      : {
          position,
          at: old.at,
          type: 'void',
          audience: ['server'],
          json: JSON.stringify({ position, at: wire.at, type: 'void', payload: {} }),
        }
  }

  #room(roomId: string): RoomFacts {
    const room = this.now.rooms.get(roomId)
    if (room === undefined) throw new RangeError(`no room ${roomId}`)
    return room
  }

  #withRoom(roomId: string, room: RoomFacts): ReadonlyMap<string, RoomFacts> {
    return new Map(this.now.rooms).set(roomId, room)
  }
}

function roomAudience(roomId: string, isPublic: boolean): Audience[] {
  return isPublic ? ['site', `room:${roomId}`] : [`room:${roomId}`]
}

function aMessage(id: string, roomId: string, text: string): Message {
  return {
    id,
    roomId,
    text,
    seq: 1,
    ordinal: 1,
    revision: 1,
    kind: 'text',
    authorId: 'alice',
    via: { kind: 'session' },
    format: 'suda-md-1',
    mentions: [],
    attachments: [],
    reactions: [],
    state: 'final',
    createdAt: new Date(AT).toISOString(),
  }
}
