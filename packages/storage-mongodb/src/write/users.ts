/** Users and their passwords. */

import type { DraftOf } from '@suda/core/storage'
import { displayKey } from '@suda/core/storage/adapting'
import { ChatError, type CommittedChange } from '@suda/protocol'
import type { UserDocument } from '../documents.ts'
import { cardOf, userOf } from '../mappers-document.ts'
import { without } from '../without-document.ts'
import { voidKey } from './take-back.ts'
import { append, type Tx } from './tx.ts'

export function createUser(draft: DraftOf<'user.created'>, tx: Tx): CommittedChange {
  const { userId, user } = draft
  const created = { _id: userId, ...user, displayKey: displayKey(user.displayName), revision: 1, createdAt: tx.at }
  tx.docs.insert('users', created)
  return append(tx, draft, { type: 'user.created', userId, payload: { user: cardOf(created) } })
}

/** The names that everybody sees. */
export async function changeUser(draft: DraftOf<'user.changed'>, tx: Tx): Promise<CommittedChange> {
  const { userId, user } = draft
  const old = await existing(tx, userId)
  const { displayName = old.displayName ?? '' } = user
  const next = { ...old, ...user, displayName, displayKey: displayKey(displayName), revision: old.revision + 1 }
  tx.docs.replace('users', next)
  return append(tx, draft, { type: 'user.changed', userId, payload: { user: cardOf(next) } })
}

/** A newer one holds all that an older one told, which is voided. */
export async function changeProfile(draft: DraftOf<'profile.changed'>, tx: Tx): Promise<CommittedChange> {
  const { userId } = draft
  const next = withProfile(await existing(tx, userId), draft.profile, tx.at)
  tx.docs.replace('users', next)
  const key = profileKey(userId)
  const supersedes = await voidKey(tx.docs, key)
  return append(tx, draft, { type: 'profile.changed', userId, payload: { user: userOf(next) } }, { key, supersedes })
}

export async function changePassword(draft: DraftOf<'password.changed'>, tx: Tx): Promise<CommittedChange> {
  const { userId, passwordHash } = draft
  tx.docs.replace('users', { ...(await existing(tx, userId)), passwordHash })
  return append(tx, draft, { type: 'password.changed', userId, payload: {} })
}

/** Under this key a newer profile voids the older one (DL2a). */
export function profileKey(userId: string): string {
  return `profile:${userId}`
}

async function existing({ docs }: Tx, userId: string): Promise<UserDocument> {
  const user = await docs.get('users', userId)
  if (user === undefined || user.deletedAt !== undefined) throw new ChatError('not_found')
  return user
}

function withProfile(old: UserDocument, profile: DraftOf<'profile.changed'>['profile'], at: Date): UserDocument {
  const { email = old.email, timeZone = old.timeZone, locale = old.locale, siteRole = old.siteRole } = profile
  const isSuspended = profile.suspended ?? old.suspendedAt !== undefined
  return {
    ...without(old, 'email', 'timeZone', 'locale', 'suspendedAt'),
    siteRole,
    // `null` takes the value away.
    ...(typeof email === 'string' && { email }),
    ...(typeof timeZone === 'string' && { timeZone }),
    ...(typeof locale === 'string' && { locale }),
    ...(isSuspended && { suspendedAt: old.suspendedAt ?? at }),
  }
}
