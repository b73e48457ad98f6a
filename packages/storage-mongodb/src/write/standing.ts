/** Who somebody is to a room and to the site, as of this transaction. */

import type { SiteRole } from '@suda/protocol'
import { memberId, type MemberDocument, type RoomDocument, type UserDocument } from '../documents.ts'
import { isActive } from '../mappers-document.ts'
import type { Tx } from './tx.ts'

interface InRoom {
  readonly userId: string
  readonly roomId: string
}

export interface Standing {
  readonly user: UserDocument
  readonly room: RoomDocument
  /** Absent for somebody who is no member. */
  readonly member?: MemberDocument
}

/** Active, and a member or somebody whom a public room is open to. */
export async function mayRead(who: InRoom, tx: Tx): Promise<boolean> {
  const standing = await roomStanding(who, tx)
  if (standing === undefined) return false
  const { member, room, user } = standing
  return member !== undefined || (room.visibility === 'public' && user.siteRole !== 'guest')
}

/** @returns undefined if there is no such room or no such active user */
export async function roomStanding({ roomId, userId }: InRoom, { docs }: Tx): Promise<Standing | undefined> {
  const user = await docs.get('users', userId)
  const room = await docs.get('rooms', roomId)
  if (!isActive(user) || room === undefined || room.deletedPosition !== undefined) return undefined
  const member = await docs.get('members', memberId(roomId, userId))
  return { user, room, ...(member !== undefined && { member }) }
}

/** The site role of an active user. */
export async function activeRole(userId: string, { docs }: Tx): Promise<SiteRole | undefined> {
  const user = await docs.get('users', userId)
  return isActive(user) ? user.siteRole : undefined
}
