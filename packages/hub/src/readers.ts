/** Who of the attached subscriptions may be told what, as of the newest change (DL5). */

import type { Subscription } from './subscription.ts'

/** The subscriptions that a room's changes reach. */
export interface RoomReaders {
  /** Personal feeds of members. */
  readonly members: Set<Subscription>
  /** Personal feeds of readers that look at it without having joined. */
  readonly watchers: Set<Subscription>
  /** Feeds of this room alone. */
  readonly feeds: Set<Subscription>
}

export class Readers {
  readonly #streams = new Map<string, Subscription>()
  readonly #byRoom = new Map<string, RoomReaders>()
  readonly #byUser = new Map<string, Set<Subscription>>()
  readonly #bySession = new Map<string, Set<Subscription>>()
  readonly #byToken = new Map<string, Set<Subscription>>()
  readonly #nonGuests = new Set<Subscription>()
  readonly #publicRooms: Set<string>

  constructor(publicRooms: readonly string[]) {
    this.#publicRooms = new Set(publicRooms)
  }

  add(subscription: Subscription): void {
    const { sessionId, tokenId } = subscription
    this.#streams.set(subscription.streamId, subscription)
    put(this.#byUser, subscription.userId, subscription)
    if (sessionId !== undefined) put(this.#bySession, sessionId, subscription)
    if (tokenId !== undefined) put(this.#byToken, tokenId, subscription)
    if (subscription.roomId !== undefined) this.#roomOf(subscription.roomId).feeds.add(subscription)
    else if (!subscription.isGuest) this.#nonGuests.add(subscription)
  }

  remove(subscription: Subscription): void {
    const { sessionId, tokenId } = subscription
    this.#streams.delete(subscription.streamId)
    take(this.#byUser, subscription.userId, subscription)
    if (sessionId !== undefined) take(this.#bySession, sessionId, subscription)
    if (tokenId !== undefined) take(this.#byToken, tokenId, subscription)
    this.#nonGuests.delete(subscription)
    const rooms = subscription.roomId === undefined ? [] : [subscription.roomId]
    for (const roomId of [...rooms, ...subscription.rooms, ...subscription.watched]) this.#forget(roomId, subscription)
  }

  join(subscription: Subscription, roomId: string): void {
    subscription.rooms.add(roomId)
    if (subscription.roomId === undefined) this.#roomOf(roomId).members.add(subscription)
  }

  leave(subscription: Subscription, roomId: string): void {
    subscription.rooms.delete(roomId)
    const room = this.#byRoom.get(roomId)
    room?.members.delete(subscription)
    this.#forgetSince(subscription, roomId)
    this.#dropIfEmpty(roomId)
  }

  watch(subscription: Subscription, roomId: string): void {
    subscription.watched.add(roomId)
    this.#roomOf(roomId).watchers.add(subscription)
  }

  unwatch(subscription: Subscription, roomId: string): void {
    subscription.watched.delete(roomId)
    this.#byRoom.get(roomId)?.watchers.delete(subscription)
    this.#forgetSince(subscription, roomId)
    this.#dropIfEmpty(roomId)
  }

  setGuest(subscription: Subscription, isGuest: boolean): void {
    subscription.isGuest = isGuest
    if (isGuest) this.#nonGuests.delete(subscription)
    else if (subscription.roomId === undefined) this.#nonGuests.add(subscription)
  }

  setPublic(roomId: string, isPublic: boolean): void {
    if (isPublic) this.#publicRooms.add(roomId)
    else this.#publicRooms.delete(roomId)
  }

  isPublic(roomId: string): boolean {
    return this.#publicRooms.has(roomId)
  }

  /** Whether the user behind it may read the room now. */
  canRead(subscription: Subscription, roomId: string): boolean {
    return subscription.rooms.has(roomId) || (!subscription.isGuest && this.#publicRooms.has(roomId))
  }

  find(streamId: string): Subscription | undefined {
    return this.#streams.get(streamId)
  }

  all(): Iterable<Subscription> {
    return this.#streams.values()
  }

  get count(): number {
    return this.#streams.size
  }

  /** Undefined if the room has none. */
  ofRoom(roomId: string): RoomReaders | undefined {
    return this.#byRoom.get(roomId)
  }

  ofUser(userId: string): ReadonlySet<Subscription> {
    return this.#byUser.get(userId) ?? nobody
  }

  ofSession(sessionId: string): ReadonlySet<Subscription> {
    return this.#bySession.get(sessionId) ?? nobody
  }

  ofToken(tokenId: string): ReadonlySet<Subscription> {
    return this.#byToken.get(tokenId) ?? nobody
  }

  /** Personal feeds of all but guests. */
  get nonGuests(): ReadonlySet<Subscription> {
    return this.#nonGuests
  }

  #roomOf(roomId: string): RoomReaders {
    const known = this.#byRoom.get(roomId)
    if (known !== undefined) return known
    const room = { members: new Set<Subscription>(), watchers: new Set<Subscription>(), feeds: new Set<Subscription>() }
    this.#byRoom.set(roomId, room)
    return room
  }

  #forget(roomId: string, subscription: Subscription): void {
    const room = this.#byRoom.get(roomId)
    if (room === undefined) return
    for (const readers of [room.members, room.watchers, room.feeds]) readers.delete(subscription)
    this.#dropIfEmpty(roomId)
  }

  /** A room that is not told of is not announced either, when a stream comes back from lagging. */
  #forgetSince({ rooms, since, watched }: Subscription, roomId: string): void {
    if (!rooms.has(roomId) && !watched.has(roomId)) since.delete(roomId)
  }

  #dropIfEmpty(roomId: string): void {
    const room = this.#byRoom.get(roomId)
    if (room === undefined) return
    if (room.members.size + room.watchers.size + room.feeds.size === 0) this.#byRoom.delete(roomId)
  }
}

const nobody: ReadonlySet<Subscription> = new Set()

function put(index: Map<string, Set<Subscription>>, key: string, subscription: Subscription): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, new Set([subscription]))
  else known.add(subscription)
}

function take(index: Map<string, Set<Subscription>>, key: string, subscription: Subscription): void {
  const known = index.get(key)
  known?.delete(subscription)
  if (known?.size === 0) index.delete(key)
}
