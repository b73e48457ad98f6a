/** Reads of the site and its users. */

import type { SiteRecord, UserPage, UserRecord, UserRef } from '@suda/core/storage'
import { displayKey } from '@suda/core/storage/adapting'
import type { UserCard } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import { memberId, type RoomDocument, type UserDocument } from '../documents.ts'
import { cardOf, siteOf, userOf } from '../mappers-document.ts'
import { above, absent, anyOf, between, oneOf, type Where } from '../where.ts'
import { selectRoom, selectSite } from './select.ts'

const ACTIVE = { suspendedAt: absent, deletedAt: absent }

export async function readSite(db: Collections): Promise<SiteRecord> {
  const [site, owners] = await db.pair(
    () => selectSite(db),
    () => db.find('users', { siteRole: 'owner', deletedAt: absent }, { limit: 1 }),
  )
  return { site: siteOf(site), secret: site.secret, hasOwner: owners.length > 0 }
}

export async function readUser(db: Collections, ref: UserRef): Promise<UserRecord | undefined> {
  const [user] = await db.find('users', whereIs(ref), { limit: 1 })
  if (user === undefined) return undefined
  const { email, passwordHash } = user
  return {
    user: userOf(user),
    ...(email !== undefined && { email }),
    ...(passwordHash !== undefined && { passwordHash }),
  }
}

/** Active users, by the beginning of the user name or the display name. */
export async function findUsers(db: Collections, text: string, limit: number): Promise<UserCard[]> {
  const from = displayKey(text)
  const range = between(from, `${from}\u{10ffff}`)
  const begins = anyOf([
    { username: range, ...ACTIVE },
    { displayKey: range, ...ACTIVE },
  ])
  const users = await db.find('users', begins, { sort: { username: 1 }, limit })
  return users.map(cardOf)
}

/** Deleted ones have no user name, so the index leaves them out. */
export async function readUsers(
  db: Collections,
  { after = '', limit }: { readonly after?: string; readonly limit: number },
): Promise<UserPage> {
  const found = await db.find('users', { username: above(after) }, { sort: { username: 1 }, limit: limit + 1 })
  const users = found.slice(0, limit)
  const last = users.at(-1)?.username
  return { users: users.map(userOf), ...(found.length > limit && last !== undefined && { more: last }) }
}

export async function readersNamed(
  db: Collections,
  roomId: string,
  usernames: readonly string[],
): Promise<{ userId: string; username: string }[]> {
  const [room, users] = await db.pair(
    () => selectRoom(db, roomId),
    () => db.find('users', { username: oneOf([...new Set(usernames)]), ...ACTIVE }),
  )
  if (room === undefined) return []
  const readers = await readersAmong(db, room, users)
  const ids = new Map(readers.map((user) => [user.username, user._id]))
  return usernames.flatMap((username) => {
    const userId = ids.get(username)
    return userId === undefined ? [] : [{ userId, username }]
  })
}

async function readersAmong(
  db: Collections,
  room: RoomDocument,
  users: readonly UserDocument[],
): Promise<readonly UserDocument[]> {
  const isOpenTo = ({ siteRole }: UserDocument) => room.visibility === 'public' && siteRole !== 'guest'
  const asked = users.filter((user) => !isOpenTo(user))
  if (asked.length === 0) return users
  const members = await db.find('members', { _id: oneOf(asked.map((user) => memberId(room._id, user._id))) })
  const joined = new Set(members.map(({ userId }) => userId))
  return users.filter((user) => isOpenTo(user) || joined.has(user._id))
}

function whereIs(ref: UserRef): Where {
  if ('id' in ref) return { _id: ref.id }
  if ('username' in ref) return { username: ref.username }
  if ('email' in ref) return { email: ref.email }
  return { externalId: ref.externalId }
}
