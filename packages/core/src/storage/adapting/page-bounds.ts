/** The opaque bounds of pages of rooms, which clients give back as they got them. */

import { ChatError } from '@suda/protocol'

/** The last room of a page: when it was written to last, ms, and its id. */
export interface RoomBound {
  readonly time: number
  readonly id: string
}

export function roomBound({ time, id }: RoomBound): string {
  return `${time}.${id}`
}

/** @throws ChatError `validation_failed` for what is of no earlier page (ST52) */
export function roomBoundOf(after: string | undefined): RoomBound {
  if (after === undefined) return { time: Number.MAX_SAFE_INTEGER, id: '' }
  const match = /^(\d{1,15})\.(.+)$/.exec(after)
  if (match === null) throw foreignBound()
  return { time: Number(match[1]), id: match[2] ?? '' }
}

/**
 * A room that is written to between two pages moves in front of those that were read, where nobody looks any more: the
 * last page of a snapshot has it as well. So the bound also names the position of the first page.
 */
export interface SnapshotBound {
  readonly begunAt: number
  readonly rooms: string
}

export function snapshotBound({ begunAt, rooms }: SnapshotBound): string {
  return `${begunAt}/${rooms}`
}

/** @throws ChatError `validation_failed` for what is of no earlier page (ST52) */
export function snapshotBoundOf(after: string): SnapshotBound {
  const match = /^(\d{1,15})\/(.+)$/.exec(after)
  if (match === null) throw foreignBound()
  return { begunAt: Number(match[1]), rooms: match[2] ?? '' }
}

/** What names no page that we gave. */
function foreignBound(): ChatError {
  return new ChatError('validation_failed', '`after` is not the `more` of an earlier page.')
}
