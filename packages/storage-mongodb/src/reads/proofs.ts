/** Reads of what somebody shows to prove who they are: sessions and tokens. */

import type { SessionRecord, TokenRecord } from '@suda/core/storage'
import type { User } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import type { SessionDocument } from '../documents.ts'
import { sessionOf, tokenOf, userOf } from '../mappers-document.ts'
import { above, type Where } from '../where.ts'
import { newestFirst } from './newest-first.ts'
import { selectUser } from './select.ts'

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

/** They are few, so they are put in order here. */
export async function readTokensOf(db: Collections, userId: string, now: Date): Promise<TokenRecord[]> {
  const tokens = await db.find('tokens', { userId })
  return newestFirst(tokens.filter((token) => lives(token, now))).map(tokenOf)
}

function lives({ expiresAt }: { readonly expiresAt?: Date }, now: Date): boolean {
  return expiresAt === undefined || expiresAt > now
}

async function isOutOfToken(db: Collections, { tokenId }: SessionDocument, now: Date): Promise<boolean> {
  if (tokenId === undefined) return false
  const token = await db.get('tokens', tokenId)
  return token === undefined || !lives(token, now)
}
