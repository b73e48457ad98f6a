/** Applying one change: ring, readers, recipients, in one go without waiting for anything (DL5). */

import type { CommittedChange } from '@suda/protocol'
import { isOfFeed } from './audience.ts'
import type { EffectApplier } from './effect-applier.ts'
import type { LogReader } from './log-reader.ts'
import type { Pace } from './pace.ts'
import type { Readers } from './readers.ts'
import type { Ring } from './ring.ts'
import type { Slot } from './slot.ts'
import type { Subscription } from './subscription.ts'
import { deletedCardOf, leftOf, messageOf, withoutNames } from './take-back.ts'

export interface DeliveryParts {
  readonly ring: Ring
  readonly readers: Readers
  readonly log: LogReader
  readonly pace: Pace
  readonly effects: EffectApplier
}

export class Delivery {
  readonly #parts: DeliveryParts

  constructor(parts: DeliveryParts) {
    this.#parts = parts
  }

  /** @throws RangeError if it is not the next one */
  apply(slot: Slot): void {
    const { effects, ring } = this.#parts
    ring.push(slot)
    this.#takeBack(slot.change)
    // Those who lose a room by a change are still told of it; every other change reaches those who may read after it.
    if (effects.takesReading(slot)) {
      this.#tellAll(slot)
      effects.apply(slot)
    } else {
      effects.apply(slot)
      this.#tellAll(slot)
    }
  }

  /** DL2a: nobody is told any more what this change took back. */
  #takeBack(change: CommittedChange): void {
    const card = deletedCardOf(change)
    if (card !== undefined) {
      this.#parts.ring.rewriteEach((old) => withoutNames(old, card))
      this.#parts.log.deleted(card)
    }
    if (change.supersedes === undefined) return
    const message = messageOf(change)
    for (const position of change.supersedes) {
      this.#parts.ring.rewrite(position, (old) => leftOf(old, message))
      this.#parts.log.rewritten(position)
    }
  }

  #tellAll(slot: Slot): void {
    for (const roomId of slot.route.roomIds) this.#tellRoom(slot, roomId)
    for (const userId of slot.route.userIds) this.#tellUser(slot, userId)
    if (slot.route.isSite) this.#tellSite(slot)
  }

  #tellRoom(slot: Slot, roomId: string): void {
    const room = this.#parts.readers.ofRoom(roomId)
    if (room === undefined) return
    for (const subscription of room.members) this.#tell(slot, subscription)
    for (const subscription of room.watchers) this.#tell(slot, subscription)
    if (isOfFeed(slot, roomId)) for (const subscription of room.feeds) this.#tell(slot, subscription)
  }

  #tellUser(slot: Slot, userId: string): void {
    for (const subscription of this.#parts.readers.ofUser(userId)) {
      if (subscription.roomId === undefined) this.#tell(slot, subscription)
    }
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
}
