/** Rooms that a reader looks at on the personal feed without having joined. */

import { LIMITS, type Reset } from '@suda/protocol'
import type { Pace } from './pace.ts'
import type { Readers } from './readers.ts'
import type { Ring } from './ring.ts'
import type { Subscription } from './subscription.ts'

export interface WatchParts {
  readonly readers: Readers
  readonly ring: Ring
  readonly pace: Pace
}

export interface WatchRequest {
  readonly streamId: string
  readonly userId: string
  readonly roomIds: readonly string[]
}

export type WatchResult = 'done' | 'unknown_stream' | 'unreadable_room' | 'too_many'

/** Replaces the stream's list; each room that is new in it begins with a reset of that room. Changes nothing unless `done`. */
export function watchRooms(parts: WatchParts, { roomIds, streamId, userId }: WatchRequest): WatchResult {
  const { readers } = parts
  const subscription = readers.find(streamId)
  if (subscription === undefined || subscription.userId !== userId || subscription.roomId !== undefined) {
    return 'unknown_stream'
  }
  if (roomIds.length > LIMITS.watchedRooms) return 'too_many'
  if (!roomIds.every((roomId) => readers.canRead(subscription, roomId))) return 'unreadable_room'
  const wanted = new Set(roomIds)
  for (const roomId of subscription.watched) if (!wanted.has(roomId)) readers.unwatch(subscription, roomId)
  for (const roomId of wanted) if (isNew(subscription, roomId)) begin(parts, subscription, roomId)
  return 'done'
}

/** A member is told of the room anyway. */
function isNew({ rooms, watched }: Subscription, roomId: string): boolean {
  return !watched.has(roomId) && !rooms.has(roomId)
}

function begin({ pace, readers, ring }: WatchParts, subscription: Subscription, roomId: string): void {
  const reset: Reset = { reason: 'watching', scope: 'room', roomId }
  readers.watch(subscription, roomId)
  subscription.since.set(roomId, ring.last + 1)
  pace.tellReset(subscription, reset, ring.last + 1)
}
