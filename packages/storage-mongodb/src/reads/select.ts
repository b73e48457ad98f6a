/** Look-ups that several reads share. */

import type { UserCard } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import { memberId, type MemberDocument, type RoomDocument, type SiteDocument, type UserDocument } from '../documents.ts'
import { cardOf } from '../mappers-document.ts'
import { above, absent, anyOf, oneOf, other } from '../where.ts'

export async function selectSite(db: Collections): Promise<SiteDocument> {
  const site = await db.get('site', 'site')
  if (site === undefined) throw new Error('the database has no site')
  return site
}

export function selectUser(db: Collections, id: string): Promise<UserDocument | undefined> {
  return db.get('users', id)
}

/** Rooms that were deleted are not found. */
export async function selectRoom(db: Collections, id: string): Promise<RoomDocument | undefined> {
  const room = await db.get('rooms', id)
  return room?.deletedPosition === undefined ? room : undefined
}

/** In any order. */
export function selectRooms(db: Collections, ids: readonly string[]): Promise<RoomDocument[]> {
  return db.find('rooms', { _id: oneOf(ids), deletedPosition: absent })
}

export function selectMember(db: Collections, roomId: string, userId: string): Promise<MemberDocument | undefined> {
  return db.get('members', memberId(roomId, userId))
}

/** Cards of those that exist; each id once. */
export async function selectCards(db: Collections, ids: Iterable<string>): Promise<UserCard[]> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return []
  const users = await db.find('users', { _id: oneOf(wanted) })
  return users.map(cardOf)
}

/** Up to where a user read a room. */
type ReadPosition = Pick<MemberDocument, 'roomId' | 'readSeq'>

/** Conditions that one query may have. */
const MOST_ROOMS = 100

/**
 * By room: `seq` of each message beyond the read position that mentioned this user or the room when it was posted,
 * ascending. Rooms without any are left out.
 */
export async function selectUnreadMentions(
  db: Collections,
  userId: string,
  read: readonly ReadPosition[],
): Promise<Map<string, number[]>> {
  const unread = new Map<string, Set<number>>()
  for (let from = 0; from < read.length; from += MOST_ROOMS) {
    const beyond = read.slice(from, from + MOST_ROOMS).map(({ roomId, readSeq }) => ({
      roomId,
      userId: oneOf([userId, '']),
      seq: above(readSeq),
      authorId: other(userId),
    }))
    for (const { roomId, seq } of await db.find('mentions', anyOf(beyond))) {
      unread.set(roomId, (unread.get(roomId) ?? new Set()).add(seq))
    }
  }
  return new Map([...unread].map(([roomId, seqs]) => [roomId, [...seqs].sort((a, b) => a - b)]))
}
