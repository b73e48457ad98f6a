/** What a stream may tell a user, of one moment (DL7). */

import type { ReadableRoom, Readership } from '@suda/core/storage'
import type { Collections } from '../collections.ts'
import type { MemberDocument, UserDocument } from '../documents.ts'
import { isActive, userOf } from '../mappers-document.ts'
import { oneOf, present } from '../where.ts'
import { inOneMoment } from './in-one-moment.ts'
import { readHead } from './log.ts'
import { selectMember, selectUser } from './select.ts'

export function readReadership(db: Collections, userId: string, roomId?: string): Promise<Readership> {
  return inOneMoment(db, async (moment) => {
    const { position } = await readHead(moment)
    const user = await selectUser(moment, userId)
    if (!isActive(user)) return { position, rooms: [] }
    const rooms = roomId === undefined ? await ownReadable(moment, userId) : await oneReadable(moment, user, roomId)
    return { position, user: userOf(user), createdAt: user.createdAt.getTime(), rooms }
  })
}

// On the personal feed a room begins with one's own joining, also where one could read it before.
async function ownReadable(moment: Collections, userId: string): Promise<ReadableRoom[]> {
  const members = await moment.find('members', { userId })
  if (members.length === 0) return []
  const ids = members.map(({ roomId }) => roomId)
  const deleted = await moment.find('rooms', { _id: oneOf(ids), deletedPosition: present })
  const deletedAt = new Map(deleted.map((room) => [room._id, room.deletedPosition]))
  return members.map((member) => readableRoom(member, member.since, deletedAt.get(member.roomId)))
}

// On a room's own feed it begins with the earlier way in.
async function oneReadable(moment: Collections, user: UserDocument, roomId: string): Promise<ReadableRoom[]> {
  const room = await moment.get('rooms', roomId)
  if (room === undefined) return []
  const member = await selectMember(moment, roomId, user._id)
  const isOpen = room.visibility === 'public' && user.siteRole !== 'guest'
  const ways = [member?.since, isOpen ? room.publicSince : undefined].filter((since) => since !== undefined)
  if (ways.length === 0) return []
  return [readableRoom(member ?? { roomId }, Math.min(...ways), room.deletedPosition)]
}

function readableRoom(
  { roomId, role }: Pick<MemberDocument, 'roomId'> & Partial<Pick<MemberDocument, 'role'>>,
  since: number,
  deletedAt: number | undefined,
): ReadableRoom {
  return {
    roomId,
    since,
    isMember: role !== undefined,
    ...(role !== undefined && { role }),
    ...(deletedAt !== undefined && { deletedAt }),
  }
}
