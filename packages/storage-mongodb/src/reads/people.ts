/** Reads of the site, its users, and by what they prove who they are. */

import type { SessionRecord, SiteRecord, TokenRecord, UserRecord, UserRef } from '@suda/core/storage'
import { displayKey } from '@suda/core/storage/adapting'
import type { User, UserCard } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import { memberId, type RoomDocument, type SessionDocument, type UserDocument } from '../documents.ts'
import { cardOf, sessionOf, siteOf, tokenOf, userOf } from '../mappers-document.ts'
import { above, absent, anyOf, between, oneOf, type Where } from '../where.ts'
import { selectRoom, selectSite, selectUser } from './select.ts'

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

export async function readToken(
  db: Collections,
  secretHash: string,
  now: Date,
): Promise<{ token: TokenRecord; user: User } | undefined> {
  const token = await db.withSecret('tokens', secretHash)
  if (token === undefined || !lives(token, now)) return undefined
  const user = await selectUser(db, token.userId)
  return user && { token: tokenOf(token), user: userOf(user) }
}

/** A session made from a token ends with it. */
export async function readSession(
  db: Collections,
  secretHash: string,
  now: Date,
): Promise<{ session: SessionRecord; user: User } | undefined> {
  const session = await db.withSecret('sessions', secretHash)
  if (session === undefined || !lives(session, now)) return undefined
  const [user, isOut] = await db.pair(
    () => selectUser(db, session.userId),
    () => isOutOfToken(db, session, now),
  )
  return user && !isOut ? { session: sessionOf(session), user: userOf(user) } : undefined
}

// A token that was deleted already still has its sessions: who ends them must find them.
export async function readSessionsOf(
  db: Collections,
  owner: { userId: string } | { tokenId: string },
  now: Date,
): Promise<SessionRecord[]> {
  const whose: Where = 'userId' in owner ? { userId: owner.userId } : { tokenId: owner.tokenId }
  const sessions = await db.find('sessions', { ...whose, expiresAt: above(now) })
  return sessions.map(sessionOf)
}

function whereIs(ref: UserRef): Where {
  if ('id' in ref) return { _id: ref.id }
  if ('username' in ref) return { username: ref.username }
  if ('email' in ref) return { email: ref.email }
  return { externalId: ref.externalId }
}

function lives({ expiresAt }: { readonly expiresAt?: Date }, now: Date): boolean {
  return expiresAt === undefined || expiresAt > now
}

async function isOutOfToken(db: Collections, { tokenId }: SessionDocument, now: Date): Promise<boolean> {
  if (tokenId === undefined) return false
  const token = await db.get('tokens', tokenId)
  return token === undefined || !lives(token, now)
}
