/** Connecting: greet, bring what was read of the reader up to the head in one tick, and decide where to begin (steps 0 to 5). */

import { formatCursor, parseCursor, type Hello, type ResetReason } from '@suda/protocol'
import type { CatchUp } from './catch-up.ts'
import { pick, type Clock } from './clock.ts'
import type { Counters } from './counters.ts'
import type { Parking } from './parking.ts'
import type { Readers } from './readers.ts'
import type { Readership } from './readership.ts'
import type { Ring } from './ring.ts'
import type { HubSettings } from './settings.ts'
import type { Effect } from './effects.ts'
import type { Streams } from './streams.ts'
import type { Subscription } from './subscription.ts'

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
  readonly streams: Streams
  readonly catchUp: CatchUp
}

type Start = { readonly position: number } | { readonly reset: ResetReason } | 'now'

export class Connect {
  readonly #parts: ConnectParts

  constructor(parts: ConnectParts) {
    this.#parts = parts
  }

  open(subscription: Subscription): void {
    const start = this.#startOf(subscription.options.cursor)
    this.#greet(subscription, start)
    this.#settle(subscription, subscription.options.readership, start)
  }

  /** Step 1. */
  #startOf(cursor: string | undefined): Start {
    if (cursor === undefined) return 'now'
    const parsed = parseCursor(cursor)
    if (parsed === undefined) return { reset: 'unreadable' }
    return parsed.epoch === this.#parts.epoch ? { position: parsed.position } : { reset: 'epoch' }
  }

  #greet(subscription: Subscription, start: Start): void {
    const { clock, epoch, facts, ring, settings, streams } = this.#parts
    const resumed = typeof start === 'object' && 'position' in start
    const hello: Hello = {
      streamId: subscription.streamId,
      resumed,
      from: formatCursor(epoch, resumed ? start.position : ring.last),
      head: formatCursor(epoch, ring.last),
      heartbeatMs: Math.ceil(settings.heartbeatMs * (1 + settings.heartbeatJitter)) + 2 * settings.tickMs,
      ...facts,
    }
    streams.greet(subscription, hello, pick(clock, settings.retryMs))
  }

  /** Step 4: what was read is labelled; it must lie inside what the ring knows before it can be brought to the head. */
  #settle(subscription: Subscription, readership: Readership, start: Start): void {
    const { parking, ring, streams } = this.#parts
    if (subscription.isClosed) return
    if (readership.user === undefined) return streams.close(subscription, 'session_ended')
    if (readership.position > ring.last) {
      return parking.wait(readership.position, () => this.#settle(subscription, readership, start))
    }
    if (!ring.covers(readership.position)) return this.#readAgain(subscription, start)
    if (typeof start === 'object' && 'position' in start && start.position > ring.last) {
      return this.#ahead(subscription, start.position)
    }
    this.#install(subscription, readership, start)
  }

  #readAgain(subscription: Subscription, start: Start): void {
    subscription.options.reread().then(
      (readership) => this.#settle(subscription, readership, start),
      () => this.#parts.streams.fail(subscription),
    )
  }

  /** Step 2: another node may have shown this cursor; what was read of the reader meanwhile grows old. */
  #ahead(subscription: Subscription, position: number): void {
    const { counters, parking, settings } = this.#parts
    if (settings.parkMs === 0) return this.#settle(subscription, subscription.options.readership, { reset: 'ahead' })
    counters.parkings++
    parking.wait(
      position,
      (isReached) => this.#readAgain(subscription, isReached ? { position } : { reset: 'ahead' }),
      settings.parkMs,
    )
  }

  #install(subscription: Subscription, readership: Readership, start: Start): void {
    const { catchUp, readers, ring, streams } = this.#parts
    const known = new Map(readership.rooms.map((room) => [room.roomId, { ...room }]))
    readers.setGuest(subscription, readership.user?.siteRole === 'guest')
    for (let position = readership.position + 1; position <= ring.last; position++) {
      const effect = ring.get(position)?.effect
      if (effect !== undefined && endsStream(effect, subscription)) return streams.close(subscription, 'session_ended')
      if (effect !== undefined) applyToRooms(known, effect, subscription, position)
    }
    for (const room of known.values()) this.#installRoom(subscription, room)
    if (!this.#mayReadFeed(subscription)) return streams.close(subscription, 'removed')
    if (start === 'now') return catchUp.fromNow(subscription)
    if ('reset' in start) return catchUp.reset(subscription, start.reset)
    catchUp.from(subscription, start.position)
  }

  #installRoom(subscription: Subscription, room: Readership['rooms'][number]): void {
    if (room.deletedAt !== undefined) subscription.deleted.set(room.roomId, room.deletedAt)
    else if (room.isMember) this.#parts.readers.join(subscription, room.roomId)
    subscription.since.set(room.roomId, room.since)
  }

  #mayReadFeed(subscription: Subscription): boolean {
    const { roomId } = subscription
    return roomId === undefined || this.#parts.readers.canRead(subscription, roomId)
  }
}

function endsStream(effect: Effect, { options, userId }: Subscription): boolean {
  switch (effect.kind) {
    case 'sessionEnded':
      return effect.sessionId === options.sessionId
    case 'tokenDeleted':
      return effect.tokenId === options.tokenId
    case 'user':
      return effect.userId === userId && !effect.isActive
    case 'joined':
    case 'left':
    case 'roomDeleted':
    case 'visibility':
      return false
  }
}

function applyToRooms(
  rooms: Map<string, Readership['rooms'][number]>,
  effect: Effect,
  { userId }: Subscription,
  position: number,
): void {
  if (effect.kind === 'joined' && effect.userId === userId) {
    rooms.set(effect.roomId, { roomId: effect.roomId, since: position, isMember: true })
  } else if (effect.kind === 'left' && effect.userId === userId) {
    rooms.delete(effect.roomId)
  } else if (effect.kind === 'roomDeleted') {
    const room = rooms.get(effect.roomId)
    if (room !== undefined) rooms.set(effect.roomId, { ...room, isMember: false, deletedAt: position })
  }
}
