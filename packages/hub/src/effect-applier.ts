/** What a change does to those who are attached: who may be told what from now on, and whose stream ends. */

import type { Effect } from './effects.ts'
import type { Pace } from './pace.ts'
import type { Readers } from './readers.ts'
import type { Slot } from './slot.ts'
import type { Streams } from './streams.ts'
import { byeOf, type Subscription } from './subscription.ts'

export interface EffectApplierParts {
  readonly readers: Readers
  readonly pace: Pace
  readonly streams: Streams
}

type Membership = Extract<Effect, { kind: 'joined' | 'left' }>
type Visibility = Extract<Effect, { kind: 'visibility' }>
type UserState = Extract<Effect, { kind: 'user' }>

export class EffectApplier {
  readonly #parts: EffectApplierParts

  constructor(parts: EffectApplierParts) {
    this.#parts = parts
  }

  /** Whether those who may read the room now are to be told of the change although they will not after it. */
  takesReading({ effect }: Slot): boolean {
    if (effect?.kind === 'visibility') return !effect.isPublic && this.#parts.readers.isPublic(effect.roomId)
    return effect?.kind === 'roomDeleted'
  }

  apply({ effect, position }: Slot): void {
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
        return this.#setUser(effect, position)
    }
  }

  #join({ roomId, userId }: Membership, position: number): void {
    const { pace, readers } = this.#parts
    for (const subscription of readers.ofUser(userId)) {
      if (subscription.roomId !== undefined && subscription.roomId !== roomId) continue
      readers.join(subscription, roomId)
      if (subscription.roomId !== undefined) continue
      subscription.since.set(roomId, position)
      // Whoever is not live is told on the way, in front of this change.
      if (subscription.isLive) pace.tellReset(subscription, { reason: 'joined', scope: 'room', roomId }, position)
    }
  }

  /** One stops looking at a room by leaving it. */
  #leave({ roomId, userId }: Membership): void {
    const { pace, readers } = this.#parts
    for (const subscription of readers.ofUser(userId)) {
      pace.settle(subscription)
      readers.leave(subscription, roomId)
      readers.unwatch(subscription, roomId)
      if (subscription.roomId === roomId) this.#remove(subscription, roomId)
    }
  }

  #setVisibility({ isPublic, roomId }: Visibility, position: number): void {
    const { readers } = this.#parts
    if (readers.isPublic(roomId) === isPublic) return
    readers.setPublic(roomId, isPublic)
    if (!isPublic) this.#dropNonMembers(roomId, position)
  }

  #dropNonMembers(roomId: string, position: number): void {
    const { pace, readers } = this.#parts
    const room = readers.ofRoom(roomId)
    for (const subscription of room?.feeds ?? []) {
      if (!readers.canRead(subscription, roomId)) this.#remove(subscription, roomId)
    }
    for (const subscription of room?.watchers ?? []) {
      if (readers.canRead(subscription, roomId)) continue
      pace.settle(subscription)
      this.#unwatch(subscription, roomId, position + 1)
    }
  }

  /** A room that cannot be read any more. */
  #unwatch(subscription: Subscription, roomId: string, position: number): void {
    this.#parts.readers.unwatch(subscription, roomId)
    this.#parts.pace.tellReset(subscription, { reason: 'watching', scope: 'room', roomId }, position)
  }

  #deleteRoom(roomId: string, position: number): void {
    const { pace, readers } = this.#parts
    readers.setPublic(roomId, false)
    const room = readers.ofRoom(roomId)
    for (const subscription of room?.members ?? []) {
      pace.settle(subscription)
      readers.leave(subscription, roomId)
      subscription.deleted.set(roomId, position)
    }
    for (const subscription of room?.watchers ?? []) {
      pace.settle(subscription)
      readers.unwatch(subscription, roomId)
    }
    for (const subscription of room?.feeds ?? []) {
      readers.leave(subscription, roomId)
      this.#remove(subscription, roomId)
    }
  }

  /** What it was told of while it might be is written first. */
  #remove(subscription: Subscription, roomId: string): void {
    const reconnect = this.#parts.readers.canRead(subscription, roomId)
    this.#parts.pace.settle(subscription)
    this.#parts.streams.close(subscription, 'removed', { ...byeOf('removed'), reconnect })
  }

  #setUser({ userId, isActive, isGuest }: UserState, position: number): void {
    const { pace, readers } = this.#parts
    if (!isActive) return this.#closeAll(readers.ofUser(userId), 'session_ended')
    if (isGuest === undefined) return
    for (const subscription of readers.ofUser(userId)) {
      if (isGuest) pace.settle(subscription)
      readers.setGuest(subscription, isGuest)
      const { roomId } = subscription
      if (roomId !== undefined && !readers.canRead(subscription, roomId)) this.#remove(subscription, roomId)
      for (const watched of subscription.watched) {
        if (!readers.canRead(subscription, watched)) this.#unwatch(subscription, watched, position)
      }
    }
  }

  #closeAll(subscriptions: ReadonlySet<Subscription>, reason: 'session_ended' | 'revoked'): void {
    for (const subscription of subscriptions) this.#parts.streams.close(subscription, reason)
  }
}
