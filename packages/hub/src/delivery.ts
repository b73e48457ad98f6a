/** Applying one change: ring, readers, recipients, in one go without waiting for anything (DL5). */

import {
  redactPosted,
  type Change,
  type ChangeOf,
  type CommittedChange,
  type Message,
  type Reset,
} from '@suda/protocol'
import { isOfFeed, turnsPrivate } from './audience.ts'
import type { Effect } from './effects.ts'
import type { LogReader } from './log-reader.ts'
import type { Pace } from './pace.ts'
import type { Readers } from './readers.ts'
import type { Ring } from './ring.ts'
import { Notice, type Slot } from './slot.ts'
import type { Streams } from './streams.ts'
import { byeOf, type Subscription } from './subscription.ts'

export interface DeliveryParts {
  readonly ring: Ring
  readonly readers: Readers
  readonly log: LogReader
  readonly pace: Pace
  readonly streams: Streams
  /** What is known of the public rooms holds every effect up to here. */
  readonly publicRoomsAt: number
}

export class Delivery {
  readonly #parts: DeliveryParts

  constructor(parts: DeliveryParts) {
    this.#parts = parts
  }

  /** @throws RangeError if it is not the next one */
  apply(slot: Slot): void {
    this.#parts.ring.push(slot)
    this.#takeBack(slot.change)
    // Those who lose a room by a change are still told of it; every other change reaches those who may read after it.
    if (slot.effect?.kind === 'roomDeleted' || turnsPrivate(slot)) {
      this.#tellAll(slot)
      this.#applyEffect(slot)
    } else {
      this.#applyEffect(slot)
      this.#tellAll(slot)
    }
  }

  /** DL2a: nobody is told any more what this change took back. */
  #takeBack(change: CommittedChange): void {
    if (change.supersedes === undefined) return
    const message = messageOf(change)
    for (const position of change.supersedes) {
      this.#parts.ring.rewrite(position, (old) => withoutText(old, message))
      this.#parts.log.rewritten(position)
    }
  }

  #tellAll(slot: Slot): void {
    for (const roomId of slot.route.roomIds) this.#tellRoom(slot, roomId)
    for (const userId of slot.route.userIds) {
      for (const subscription of this.#parts.readers.ofUser(userId)) {
        if (subscription.roomId === undefined) this.#tell(slot, subscription)
      }
    }
    if (slot.route.isSite) this.#tellSite(slot)
  }

  #tellRoom(slot: Slot, roomId: string): void {
    const room = this.#parts.readers.ofRoom(roomId)
    if (room === undefined) return
    for (const subscription of room.members) this.#tell(slot, subscription)
    for (const subscription of room.watchers) this.#tell(slot, subscription)
    if (isOfFeed(slot, roomId)) for (const subscription of room.feeds) this.#tell(slot, subscription)
  }

  #tellSite(slot: Slot): void {
    const { readers } = this.#parts
    for (const subscription of readers.nonGuests) this.#tell(slot, subscription)
    const { roomId } = slot.change
    if (roomId === undefined) return
    for (const subscription of readers.ofRoom(roomId)?.feeds ?? []) this.#tell(slot, subscription)
  }

  /** Who is not live comes to it by replay. */
  #tell(slot: Slot, subscription: Subscription): void {
    if (!subscription.isLive || subscription.lastOffered === slot.position) return
    subscription.lastOffered = slot.position
    this.#parts.pace.offer(subscription, slot)
  }

  #applyEffect({ effect, position }: Slot): void {
    if (effect === undefined) return
    switch (effect.kind) {
      case 'joined':
        return this.#join(effect, position)
      case 'left':
        return this.#leave(effect)
      case 'visibility':
        return this.#setVisibility(effect, position)
      case 'roomDeleted':
        return this.#deleteRoom(effect.roomId, position)
      case 'sessionEnded':
        return this.#closeAll(this.#parts.readers.ofSession(effect.sessionId), 'session_ended')
      case 'tokenDeleted':
        return this.#closeAll(this.#parts.readers.ofToken(effect.tokenId), 'revoked')
      case 'user':
        return this.#setUser(effect)
    }
  }

  #join({ roomId, userId }: Extract<Effect, { roomId: string; userId: string }>, position: number): void {
    const { pace, readers, streams } = this.#parts
    for (const subscription of readers.ofUser(userId)) {
      if (subscription.roomId !== undefined && subscription.roomId !== roomId) continue
      readers.join(subscription, roomId)
      if (subscription.roomId !== undefined) continue
      subscription.since.set(roomId, position)
      if (!subscription.isLive) continue
      const reset: Reset = { reason: 'joined', scope: 'room', roomId }
      streams.countReset(subscription, reset)
      pace.offer(subscription, new Notice(position, 'reset', reset))
    }
  }

  #leave({ roomId, userId }: Extract<Effect, { roomId: string; userId: string }>): void {
    const { readers } = this.#parts
    for (const subscription of readers.ofUser(userId)) {
      readers.leave(subscription, roomId)
      subscription.since.delete(roomId)
      if (subscription.roomId === roomId) this.#remove(subscription, roomId)
      else if (!readers.canRead(subscription, roomId)) readers.unwatch(subscription, roomId)
    }
  }

  #setVisibility({ isPublic, roomId }: Extract<Effect, { kind: 'visibility' }>, position: number): void {
    const { publicRoomsAt, readers } = this.#parts
    if (position <= publicRoomsAt || readers.isPublic(roomId) === isPublic) return
    readers.setPublic(roomId, isPublic)
    if (!isPublic) this.#dropNonMembers(roomId)
  }

  #dropNonMembers(roomId: string): void {
    const { readers, streams } = this.#parts
    const room = readers.ofRoom(roomId)
    for (const subscription of room?.feeds ?? []) {
      if (!readers.canRead(subscription, roomId)) this.#remove(subscription, roomId)
    }
    for (const subscription of room?.watchers ?? []) {
      if (readers.canRead(subscription, roomId)) continue
      readers.unwatch(subscription, roomId)
      streams.reset(subscription, { reason: 'watching', scope: 'room', roomId })
    }
  }

  #deleteRoom(roomId: string, position: number): void {
    const { readers } = this.#parts
    readers.setPublic(roomId, false)
    const room = readers.ofRoom(roomId)
    for (const subscription of room?.members ?? []) {
      readers.leave(subscription, roomId)
      subscription.deleted.set(roomId, position)
    }
    for (const subscription of room?.watchers ?? []) readers.unwatch(subscription, roomId)
    for (const subscription of room?.feeds ?? []) {
      subscription.rooms.delete(roomId)
      this.#remove(subscription, roomId)
    }
  }

  /** What it was told of while it might be told is written first. */
  #remove(subscription: Subscription, roomId: string): void {
    const reconnect = this.#parts.readers.canRead(subscription, roomId)
    this.#parts.pace.flush(subscription)
    this.#parts.streams.close(subscription, 'removed', { ...byeOf('removed'), reconnect })
  }

  #setUser({ userId, isActive, isGuest }: Extract<Effect, { kind: 'user' }>): void {
    const { readers } = this.#parts
    if (!isActive) return this.#closeAll(readers.ofUser(userId), 'session_ended')
    if (isGuest === undefined) return
    for (const subscription of readers.ofUser(userId)) {
      readers.setGuest(subscription, isGuest)
      const { roomId } = subscription
      if (roomId !== undefined && !readers.canRead(subscription, roomId)) this.#remove(subscription, roomId)
      const lost = [...subscription.watched].filter((watched) => !readers.canRead(subscription, watched))
      for (const watched of lost) readers.unwatch(subscription, watched)
    }
  }

  #closeAll(subscriptions: ReadonlySet<Subscription>, reason: 'session_ended' | 'revoked'): void {
    for (const subscription of subscriptions) this.#parts.streams.close(subscription, reason)
  }
}

/** Changes of messages carry the message as it is now; others supersede by their key and carry none. */
function messageOf(change: CommittedChange): Message | undefined {
  if (!change.type.startsWith('message.')) return undefined
  const { payload }: ChangeOf<'message.edited' | 'message.deleted' | 'message.posted'> = JSON.parse(change.json)
  return payload.message
}

function withoutText(old: CommittedChange, message: Message | undefined): CommittedChange {
  if (old.type === 'message.posted' && message !== undefined) return { ...old, json: redactPosted(old.json, message) }
  const { at, position } = old
  return { position, at, type: 'void', audience: ['server'], json: voidJson(old.json) }
}

function voidJson(json: string): string {
  const { at, position }: Change = JSON.parse(json)
  return JSON.stringify({ position, at, type: 'void', payload: {} })
}
