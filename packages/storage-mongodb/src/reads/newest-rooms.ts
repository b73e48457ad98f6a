/** The rooms with the newest activity before a bound. */

import type { roomBoundOf } from '@suda/core/storage/adapting'
import type { Collections, Find } from '../collections.ts'
import type { RoomDocument } from '../documents.ts'
import { absent, anyOf, below, both, compare, oneOf, type Condition } from '../where.ts'

const LATEST = Date.parse('9999-12-31T00:00:00.000Z')

interface NewestRooms {
  /** Of these rooms … */
  readonly ids: readonly string[]
  /** … and also of the public ones. */
  readonly browse: boolean
  readonly bound: ReturnType<typeof roomBoundOf>
  readonly limit: number
}

/** Deleted ones are not found. */
export async function selectNewestRooms(db: Collections, asked: NewestRooms): Promise<RoomDocument[]> {
  const options: Find = { sort: { activeAt: -1, _id: -1 }, limit: asked.limit }
  if (!asked.browse) return db.find('rooms', ownBefore(asked), options)
  // One query for both could not take the public ones in the order of their index.
  const [own, open] = await db.pair(
    () => db.find('rooms', ownBefore(asked), options),
    () => db.find('rooms', publicBefore(asked), options),
  )
  const each = new Map([...own, ...open].map((room) => [room._id, room]))
  return [...each.values()].sort(byActivity).slice(0, asked.limit)
}

// In pairs (activeAt, _id), of which every later page has smaller ones.
function ownBefore({ ids, bound }: NewestRooms): Condition {
  const time = timeOf(bound)
  if (time === undefined) return { _id: oneOf(ids), deletedPosition: absent }
  return anyOf([
    { activeAt: below(time), _id: oneOf(ids), deletedPosition: absent },
    { activeAt: time, _id: both(oneOf(ids), below(bound.id)), deletedPosition: absent },
  ])
}

function publicBefore({ bound }: NewestRooms): Condition {
  const time = timeOf(bound)
  const open = { visibility: 'public', deletedPosition: absent }
  if (time === undefined) return open
  return anyOf([
    { ...open, activeAt: below(time) },
    { ...open, activeAt: time, _id: below(bound.id) },
  ])
}

/** @returns undefined where every room is older, so that no date is made of what is none */
function timeOf({ time }: NewestRooms['bound']): Date | undefined {
  return time > LATEST ? undefined : new Date(time)
}

function byActivity(a: RoomDocument, b: RoomDocument): number {
  return b.activeAt.getTime() - a.activeAt.getTime() || compare(b._id, a._id)
}
