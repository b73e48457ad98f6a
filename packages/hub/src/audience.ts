/** Whether a change of the past may be told to a reader of now (step 4). */

import type { Readers } from './readers.ts'
import type { Slot } from './slot.ts'
import type { Subscription } from './subscription.ts'

/** By the change's audience and the *current* readership, never by what the reader once was. */
export function isToldInReplay(slot: Slot, subscription: Subscription, readers: Readers): boolean {
  const { roomId, type } = slot.change
  if (type === 'void') return false
  if (subscription.roomId !== undefined) return isOfFeed(slot, subscription.roomId)
  if (roomId !== undefined && isBeforeReading(slot, roomId, subscription)) return false
  return (
    concernsUser(slot, subscription, readers) ||
    concernsRooms(slot, subscription) ||
    concernsSite(slot, subscription, readers)
  )
}

/** On a room's own feed stands what concerns that room, whoever else it concerns. */
export function isOfFeed({ change, route }: Slot, roomId: string): boolean {
  return change.roomId === roomId && (route.isSite || route.roomIds.includes(roomId))
}

/** The change that takes a public room from those who are no members; they are the last to be told of. */
function turnsPrivate({ at, effect, route }: Slot, { userSince }: Subscription): boolean {
  return effect?.kind === 'visibility' && !effect.isPublic && route.isSite && at >= userSince
}

function isBeforeReading({ position }: Slot, roomId: string, subscription: Subscription): boolean {
  const since = subscription.since.get(roomId)
  return since !== undefined && position < since
}

/** What concerns a user alone in a room that is lost is not told either, but that it was lost. */
function concernsUser(slot: Slot, subscription: Subscription, readers: Readers): boolean {
  if (!slot.route.userIds.includes(subscription.userId)) return false
  const { roomId, type } = slot.change
  return roomId === undefined || type === 'member.left' || readers.canRead(subscription, roomId)
}

function concernsRooms({ position, route }: Slot, { rooms, watched, deleted }: Subscription): boolean {
  for (const roomId of route.roomIds) {
    if (rooms.has(roomId) || watched.has(roomId) || deleted.get(roomId) === position) return true
  }
  return false
}

function concernsSite(slot: Slot, subscription: Subscription, readers: Readers): boolean {
  if (!slot.route.isSite || subscription.isGuest) return false
  const { roomId } = slot.change
  return roomId === undefined || readers.canRead(subscription, roomId) || turnsPrivate(slot, subscription)
}
