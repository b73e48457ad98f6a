/** Invites that can still be used. Whether whoever made one may still invite is asked when it is used. */

import type { InviteRecord } from '@suda/core/storage'
import type { Collections } from '../collections.ts'
import { isUsedUp } from '../invite-uses.ts'
import { inviteOf } from '../mappers-document.ts'
import { above, type Where } from '../where.ts'
import { newestFirst } from './newest-first.ts'

export async function readInvite(
  db: Collections,
  ref: { id: string } | { codeHash: string },
  now: Date,
): Promise<InviteRecord | undefined> {
  const which: Where = 'id' in ref ? { _id: ref.id } : { codeHash: ref.codeHash }
  const [invite] = await db.find('invites', which, { limit: 1 })
  return invite === undefined || invite.expiresAt <= now || isUsedUp(invite) ? undefined : inviteOf(invite)
}

/** Of one user, or of the whole site: as many as all its people have made. */
export async function readInvites(db: Collections, createdBy: string | undefined, now: Date): Promise<InviteRecord[]> {
  const whose: Where = createdBy === undefined ? {} : { createdBy }
  const invites = await db.find('invites', { ...whose, expiresAt: above(now) })
  return newestFirst(invites.filter((invite) => !isUsedUp(invite))).map(inviteOf)
}
