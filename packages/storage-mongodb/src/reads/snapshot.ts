/** Reads labelled with a position: it is read first, and all is of one moment (DL7). */

import type { Snapshot } from '@suda/core/storage'
import { roomBoundOf, snapshotBound, snapshotBoundOf } from '@suda/core/storage/adapting'
import { LIMITS, type UserCard } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import type { UserDocument } from '../documents.ts'
import { isActive, siteOf, userOf } from '../mappers-document.ts'
import { absent, oneOf } from '../where.ts'
import { inOneMoment } from './in-one-moment.ts'
import { readHead } from './log.ts'
import { membershipsIn, readMemberships, roomsMovedSince, roomsPage, withMy } from './rooms.ts'
import { selectCards, selectRooms, selectSite, selectUser } from './select.ts'

export async function readSnapshot(
  db: Collections,
  userId: string,
  part: { roomIds: readonly string[] } | { after?: string },
): Promise<Snapshot | undefined> {
  return inOneMoment(db, async (moment) => {
    const { position, epoch } = await readHead(moment)
    const me = await selectUser(moment, userId)
    if (!isActive(me)) return undefined
    const { rooms, more } =
      'roomIds' in part ? await readableOf(moment, me, part.roomIds) : await ownRooms(moment, userId, position, part)
    const users = await cardsFor(moment, rooms)
    const site = siteOf(await selectSite(moment))
    return { position, epoch, site, me: userOf(me), rooms, users, ...(more !== undefined && { more }) }
  })
}

export function readPublicRooms(db: Collections): Promise<{ position: number; roomIds: string[] }> {
  return inOneMoment(db, async (moment) => {
    const { position } = await readHead(moment)
    const rooms = await moment.find('rooms', { visibility: 'public', deletedPosition: absent })
    return { position, roomIds: rooms.map(({ _id }) => _id) }
  })
}

async function ownRooms(
  moment: Collections,
  userId: string,
  position: number,
  { after }: { after?: string },
): Promise<Pick<Snapshot, 'rooms' | 'more'>> {
  const page = after === undefined ? undefined : snapshotBoundOf(after)
  const begunAt = page?.begunAt ?? position
  const bound = roomBoundOf(page?.rooms)
  const memberships = await readMemberships(moment, userId)
  const { more, rooms } = await roomsPage(moment, memberships, { browse: false, bound, limit: LIMITS.syncRooms })
  if (more !== undefined) return { rooms, more: snapshotBound({ begunAt, rooms: more }) }
  return { rooms: page === undefined ? rooms : [...rooms, ...(await roomsMovedSince(moment, memberships, begunAt))] }
}

async function readableOf(
  moment: Collections,
  me: UserDocument,
  roomIds: readonly string[],
): Promise<Pick<Snapshot, 'rooms' | 'more'>> {
  const ids = [...new Set(roomIds)]
  const found = await selectRooms(moment, ids)
  const memberships = await membershipsIn(moment, me._id, ids)
  const isOpen = me.siteRole !== 'guest'
  const readable = found.filter((room) => memberships.has(room._id) || (isOpen && room.visibility === 'public'))
  return { rooms: await withMy(moment, readable, memberships) }
}

// A direct room is shown by the names of those in it.
async function cardsFor(moment: Collections, rooms: Snapshot['rooms']): Promise<UserCard[]> {
  const direct = rooms.filter(({ kind }) => kind === 'direct').map(({ id }) => id)
  if (direct.length === 0) return []
  const members = await moment.find('members', { roomId: oneOf(direct) })
  return selectCards(
    moment,
    members.map(({ userId }) => userId),
  )
}
