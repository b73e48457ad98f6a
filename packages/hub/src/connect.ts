/** Connecting: greet, bring what was read of the reader up to the head in one tick, and decide where to begin (steps 0 to 5). */

import { formatCursor, parseCursor, type ByeReason, type Hello, type ResetReason } from '@suda/protocol'
import type { CatchUp } from './catch-up.ts'
import { pick, type Clock } from './clock.ts'
import type { Counters } from './counters.ts'
import type { AwaitFeed, Parking } from './parking.ts'
import type { Readers } from './readers.ts'
import type { ReadableRoom, Readership } from './readership.ts'
import type { Ring } from './ring.ts'
import type { HubSettings } from './settings.ts'
import type { Effect } from './effects.ts'
import type { Streams } from './streams.ts'
import type { AttachOptions, Subscription } from './subscription.ts'

/** What `hello` tells of the site. */
export interface SiteFacts {
  readonly siteId: string
  readonly build: string
  readonly protocol: number
}

export interface ConnectParts {
  readonly epoch: string
  readonly facts: SiteFacts
  readonly clock: Clock
  readonly counters: Counters
  readonly settings: HubSettings
  readonly ring: Ring
  readonly readers: Readers
  readonly parking: Parking
  readonly awaitFeed: AwaitFeed
  readonly streams: Streams
  readonly catchUp: CatchUp
}

type OpenOptions = Pick<AttachOptions, 'cursor' | 'readership' | 'reread'>

interface Opening {
  readonly subscription: Subscription
  readonly reread: () => Promise<Readership>
}

/** Where a stream begins: behind a position, or anew for a reason; a room's feed without a cursor just begins. */
type Start = { readonly position: number } | { readonly reset: ResetReason } | { readonly anew: true }

export class Connect {
  readonly #parts: ConnectParts

  constructor(parts: ConnectParts) {
    this.#parts = parts
  }

  open(subscription: Subscription, { cursor, readership, reread }: OpenOptions): void {
    const start = this.#startOf(subscription, cursor, readership.position)
    this.#greet(subscription, start, cursor !== undefined)
    this.#settle({ subscription, reread }, readership, start)
  }

  /** Steps 1 and 2; `readTo` is a position that the storage had when the cursor had come already. */
  #startOf({ roomId }: Subscription, cursor: string | undefined, readTo: number): Start {
    if (cursor === undefined) return roomId === undefined ? { position: this.#parts.ring.last } : { anew: true }
    const parsed = parseCursor(cursor)
    if (parsed === undefined) return { reset: 'unreadable' }
    if (parsed.epoch !== this.#parts.epoch) return { reset: 'epoch' }
    // Where no other node serves the site, nobody can have been further than its storage.
    const { ring, settings } = this.#parts
    const isForeign = settings.parkMs === 0 && parsed.position > Math.max(ring.last, readTo)
    return isForeign ? { reset: 'ahead' } : { position: parsed.position }
  }

  /** Step 0. */
  #greet(subscription: Subscription, start: Start, hasCursor: boolean): void {
    const { clock, epoch, facts, ring, settings, streams } = this.#parts
    const from = 'position' in start ? start.position : ring.last
    const hello: Hello = {
      streamId: subscription.streamId,
      resumed: hasCursor && 'position' in start,
      from: formatCursor(epoch, from),
      head: formatCursor(epoch, ring.last),
      heartbeatMs: Math.ceil(settings.heartbeatMs * (1 + settings.heartbeatJitter)) + 2 * settings.tickMs,
      protocol: facts.protocol,
      build: facts.build,
      siteId: facts.siteId,
    }
    streams.greet(subscription, hello, pick(clock, settings.retryMs))
  }

  /** Step 4: what was read is labelled; it must lie inside what the ring knows before it can be brought to the head. */
  #settle(opening: Opening, readership: Readership, start: Start): void {
    const { ring, streams } = this.#parts
    const { subscription } = opening
    if (subscription.isClosed) return
    if (readership.user === undefined) return streams.close(subscription, 'session_ended')
    if (readership.position > ring.last) {
      return this.#parts.awaitFeed(subscription, readership.position, () => this.#settle(opening, readership, start))
    }
    if (!ring.covers(readership.position)) return this.#readAgain(opening, start)
    if ('position' in start && start.position > ring.last) return this.#ahead(opening, start.position)
    this.#install(subscription, readership, start)
  }

  #readAgain(opening: Opening, start: Start): void {
    opening.reread().then(
      (readership) => this.#settle(opening, readership, start),
      (error: unknown) => this.#parts.streams.fail(opening.subscription, error),
    )
  }

  /** Step 2: another node may have shown this cursor; while it is waited for, what was read of the reader grows old. */
  #ahead(opening: Opening, position: number): void {
    const { counters, parking, settings } = this.#parts
    counters.parkings++
    parking.wait(
      position,
      (isReached) => this.#readAgain(opening, isReached ? { position } : { reset: 'ahead' }),
      settings.parkMs,
    )
  }

  #install(subscription: Subscription, readership: Readership, start: Start): void {
    const { catchUp, readers, ring, streams } = this.#parts
    readers.setGuest(subscription, readership.user?.siteRole === 'guest')
    const rooms = new Map(readership.rooms.map((room) => [room.roomId, room]))
    for (let position = readership.position + 1; position <= ring.last; position++) {
      const effect = ring.get(position)?.effect
      if (effect === undefined) continue
      const end = endOf(effect, subscription)
      if (end !== undefined) return streams.close(subscription, end)
      applyToRooms(rooms, effect, subscription, position)
    }
    for (const room of rooms.values()) this.#installRoom(subscription, room, start)
    subscription.isReading = false
    if (!this.#mayReadFeed(subscription)) return streams.close(subscription, 'removed')
    if ('anew' in start) catchUp.fromNow(subscription)
    else if ('reset' in start) catchUp.reset(subscription, start.reset)
    else catchUp.from(subscription, start.position)
  }

  #installRoom(subscription: Subscription, room: ReadableRoom, start: Start): void {
    const { roomId, since } = room
    if (room.deletedAt !== undefined) subscription.deleted.set(roomId, room.deletedAt)
    else if (room.isMember) this.#parts.readers.join(subscription, roomId)
    const isTold = room.deletedAt === undefined && (room.isMember || subscription.roomId === roomId)
    if (isTold && 'position' in start && since > start.position) subscription.since.set(roomId, since)
  }

  #mayReadFeed(subscription: Subscription): boolean {
    const { roomId } = subscription
    return roomId === undefined || this.#parts.readers.canRead(subscription, roomId)
  }
}

function endOf(effect: Effect, { sessionId, tokenId, userId }: Subscription): ByeReason | undefined {
  switch (effect.kind) {
    case 'sessionEnded':
      return effect.sessionId === sessionId ? 'session_ended' : undefined
    case 'tokenDeleted':
      return effect.tokenId === tokenId ? 'revoked' : undefined
    case 'user':
      return effect.userId === userId && !effect.isActive ? 'session_ended' : undefined
    case 'joined':
    case 'left':
    case 'roomDeleted':
    case 'visibility':
      return undefined
  }
}

function applyToRooms(
  rooms: Map<string, ReadableRoom>,
  effect: Effect,
  { roomId, userId }: Subscription,
  position: number,
): void {
  if (effect.kind === 'joined' && effect.userId === userId) {
    rooms.set(effect.roomId, { roomId: effect.roomId, since: position, isMember: true })
  } else if (effect.kind === 'visibility' && effect.roomId === roomId && rooms.get(roomId)?.isMember !== true) {
    if (effect.isPublic) rooms.set(roomId, rooms.get(roomId) ?? { roomId, since: position, isMember: false })
    else rooms.delete(roomId)
  } else if (effect.kind === 'left' && effect.userId === userId) {
    rooms.delete(effect.roomId)
  } else if (effect.kind === 'roomDeleted') {
    const room = rooms.get(effect.roomId)
    if (room !== undefined) rooms.set(effect.roomId, { ...room, isMember: false, deletedAt: position })
  }
}
