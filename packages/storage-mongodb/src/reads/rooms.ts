/** Reads of rooms and their members. */

import type { MemberPage, RoomPage, RoomRecord } from '@suda/core/storage'
import { roomBound, roomBoundOf } from '@suda/core/storage/adapting'
import type { MyMembership, Room } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import { memberId, type MemberDocument, type RoomDocument } from '../documents.ts'
import { memberOf, roomOf } from '../mappers-document.ts'
import { above, absent, oneOf } from '../where.ts'
import { selectNewestRooms } from './newest-rooms.ts'
import { selectCards, selectMember, selectRoom, selectUnreadMentions } from './select.ts'

const UUID_LENGTH = 36

/** Only what is as long can be the id of a room. */
const isId = (ref: string): boolean => ref.length === UUID_LENGTH

export async function readRoom(db: Collections, ref: string, userId: string): Promise<RoomRecord | undefined> {
  const [document, early] = await db.pair(
    () => selectRoomBy(db, ref),
    async () => (isId(ref) ? selectMember(db, ref, userId) : undefined),
  )
  if (document === undefined) return undefined
  const member = document._id === ref ? early : await selectMember(db, document._id, userId)
  if (member === undefined) return { room: roomOf(document) }
  const room = roomOf(document, await myMembership(db, member, document))
  const { mutedUntil } = member
  return { room, ...(mutedUntil !== undefined && { mutedUntil: mutedUntil.toISOString() }) }
}

export async function readMember(db: Collections, roomId: string, userId: string): Promise<MyMembership | undefined> {
  const [room, member] = await db.pair(
    () => selectRoom(db, roomId),
    () => selectMember(db, roomId, userId),
  )
  return room && member && myMembership(db, member, room)
}

export async function readMembers(
  db: Collections,
  roomId: string,
  page: { after?: string; limit: number },
): Promise<MemberPage> {
  const where = { roomId, userId: above(page.after ?? '') }
  const [room, found] = await db.pair(
    () => selectRoom(db, roomId),
    () => db.find('members', where, { sort: { userId: 1 }, limit: page.limit + 1 }),
  )
  if (room === undefined) return { members: [], users: [] }
  const members = found.slice(0, page.limit).map(memberOf)
  const ids = members.map(({ userId }) => userId)
  const last = found.length > page.limit ? ids.at(-1) : undefined
  return { members, users: await selectCards(db, ids), ...(last !== undefined && { more: last }) }
}

/** Newest activity first. */
export async function readRooms(
  db: Collections,
  userId: string,
  page: { browse: boolean; after?: string; limit: number },
): Promise<RoomPage> {
  const bound = roomBoundOf(page.after)
  return roomsPage(db, await readMemberships(db, userId), { ...page, bound })
}

/** What somebody is in every room, by room; deleted ones too. */
type Memberships = ReadonlyMap<string, MemberDocument>

export async function readMemberships(db: Collections, userId: string): Promise<Memberships> {
  return byRoom(await db.find('members', { userId }))
}

export async function roomsPage(
  db: Collections,
  memberships: Memberships,
  { browse, bound, limit }: { browse: boolean; bound: ReturnType<typeof roomBoundOf>; limit: number },
): Promise<RoomPage> {
  const found = await selectNewestRooms(db, { ids: [...memberships.keys()], browse, bound, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  const rooms = await withMy(db, page, memberships)
  return { rooms, ...(last !== undefined && { more: roomBound({ time: last.activeAt.getTime(), id: last._id }) }) }
}

/** Rooms of the user that were written to after a position. */
export async function roomsMovedSince(db: Collections, memberships: Memberships, position: number): Promise<Room[]> {
  const ids = [...memberships.keys()]
  const moved = await db.find('rooms', { _id: oneOf(ids), movedAt: above(position), deletedPosition: absent })
  return withMy(db, moved, memberships)
}

/** What a user is in these rooms. */
export async function membershipsIn(db: Collections, userId: string, roomIds: readonly string[]): Promise<Memberships> {
  return byRoom(await db.find('members', { _id: oneOf(roomIds.map((roomId) => memberId(roomId, userId))) }))
}

/** With what their user is in them. */
export async function withMy(
  db: Collections,
  rooms: readonly RoomDocument[],
  memberships: Memberships,
): Promise<Room[]> {
  const members = rooms.flatMap((room) => {
    const member = memberships.get(room._id)
    return member === undefined ? [] : [{ room, member }]
  })
  const my = await myMemberships(db, members)
  return rooms.map((room) => roomOf(room, my.get(room._id)))
}

async function selectRoomBy(db: Collections, ref: string): Promise<RoomDocument | undefined> {
  const room = isId(ref) ? await selectRoom(db, ref) : undefined
  if (room !== undefined) return room
  const [named] = await db.find('rooms', { slug: ref, deletedPosition: absent }, { limit: 1 })
  return named
}

function byRoom(members: readonly MemberDocument[]): Memberships {
  return new Map(members.map((member) => [member.roomId, member]))
}

interface InRoom {
  readonly room: Pick<RoomDocument, 'lastSeq'>
  readonly member: MemberDocument
}

async function myMembership(
  db: Collections,
  member: MemberDocument,
  room: InRoom['room'],
): Promise<MyMembership | undefined> {
  const my = await myMemberships(db, [{ room, member }])
  return my.get(member.roomId)
}

/** By room, of one user. */
async function myMemberships(db: Collections, members: readonly InRoom[]): Promise<Map<string, MyMembership>> {
  // Most who ask have read everything, and then there is nothing to look up.
  const behind = members.filter(({ room, member }) => member.readSeq < room.lastSeq).map(({ member }) => member)
  const unread = await selectUnreadMentions(db, behind[0]?.userId ?? '', behind)
  return new Map(
    members.map(({ member: { roomId, role, readSeq, readOrdinal, readRevision } }) => [
      roomId,
      { role, readSeq, readOrdinal, readRevision, unreadMentions: unread.get(roomId) ?? [] },
    ]),
  )
}
