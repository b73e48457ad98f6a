/** Whether what the drafts end is all that somebody has. */

import type { Precondition } from '@suda/core/storage'
import { isUsedUp } from '../invite-uses.ts'
import { above, type Where } from '../where.ts'
import type { Tx } from './tx.ts'

type NoOther = Extract<Precondition, { kind: 'noOther' }>

export async function hasOther({ ids, of, owner }: NoOther, tx: Tx): Promise<boolean> {
  const held = 'userId' in owner ? await idsOf(of, owner.userId, tx) : await idsOfToken(of, owner.tokenId, tx)
  const known = new Set(ids)
  return held.some((id) => !known.has(id))
}

/** Those that live. */
async function idsOf(of: NoOther['of'], userId: string, tx: Tx): Promise<string[]> {
  switch (of) {
    case 'session':
      return sessionIds({ userId }, tx)
    case 'token': {
      const tokens = await tx.docs.find('tokens', { userId })
      return tokens.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > tx.now).map(({ _id }) => _id)
    }
    case 'invite': {
      const invites = await tx.docs.find('invites', { createdBy: userId, expiresAt: above(tx.now) })
      return invites.filter((invite) => !isUsedUp(invite)).map(({ _id }) => _id)
    }
    case 'membership':
      return roomIds(userId, tx)
  }
}

// Nothing but sessions is made from a token.
async function idsOfToken(of: NoOther['of'], tokenId: string, tx: Tx): Promise<string[]> {
  return of === 'session' ? sessionIds({ tokenId }, tx) : []
}

async function sessionIds(whose: Where, { docs, now }: Tx): Promise<string[]> {
  const sessions = await docs.find('sessions', { ...whose, expiresAt: above(now) })
  return sessions.map(({ _id }) => _id)
}

// The members of a deleted room stay as its audience, and nobody can leave it any more.
async function roomIds(userId: string, { docs }: Tx): Promise<string[]> {
  const members = await docs.find('members', { userId })
  const ids = members.map(({ roomId }) => roomId)
  await docs.load('rooms', ids)
  const rooms = await Promise.all(ids.map((id) => docs.get('rooms', id)))
  return rooms.flatMap((room) => (room === undefined || room.deletedPosition !== undefined ? [] : [room._id]))
}
