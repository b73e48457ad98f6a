/** Changing one's own account: the name that all see, and what only the own devices need. */

import { ChatError, LIMITS, type User } from '@suda/protocol'
import type { ChangeMe } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { asName } from '../rooms/names.ts'
import type { Draft } from '../storage/drafts.ts'
import type { Precondition } from '../storage/preconditions.ts'
import { asLocale, asTimeZone } from './locale.ts'
import { asUser } from './as-user.ts'

const HOUR_MS = 3_600_000

/**
 * @throws ChatError `validation_failed`; `rate_limited`, since a new name is told to the whole site
 * @throws ChatError `stale` with the current user if `revision` is given and not the current one
 */
export const changeMe: Handler<ChangeMe> = async (command, actor, { reads }) => {
  const { userId } = asUser(actor)
  const user = (await reads.user({ id: userId }))?.user
  if (user === undefined) throw new ChatError('unauthenticated')
  if (command.revision !== undefined && command.revision !== user.revision) {
    throw new ChatError('stale', undefined, { current: user })
  }
  const drafts = [...nameDraft(command, user), ...profileDraft(command, user)]
  if (drafts.length === 0) return NOTHING

  return {
    drafts,
    preconditions: [
      { kind: 'siteRole', userId, atLeast: 'guest' },
      { kind: 'revision', entity: 'user', id: userId, revision: user.revision },
      ...renameQuota(drafts, userId),
    ],
  }
}

function nameDraft({ displayName }: ChangeMe, user: User): Draft[] {
  const name = displayName === undefined ? user.displayName : asName(displayName, LIMITS.displayNameLength)
  if (name === user.displayName) return []
  return [{ type: 'user.changed', audience: ['site', `user:${user.id}`], userId: user.id, user: { displayName: name } }]
}

function profileDraft(command: ChangeMe, user: User): Draft[] {
  const locale = command.locale === undefined ? (user.locale ?? null) : asLocale(command.locale)
  const timeZone = command.timeZone === undefined ? (user.timeZone ?? null) : asTimeZone(command.timeZone)
  const profile = {
    ...(locale !== (user.locale ?? null) && { locale }),
    ...(timeZone !== (user.timeZone ?? null) && { timeZone }),
  }
  if (Object.keys(profile).length === 0) return []
  return [{ type: 'profile.changed', audience: ['server', `user:${user.id}`], userId: user.id, profile }]
}

function renameQuota(drafts: readonly Draft[], userId: string): Precondition[] {
  if (!drafts.some((draft) => draft.type === 'user.changed')) return []
  return [{ kind: 'quota', key: `rename:${userId}`, limit: LIMITS.renamesPerHour, windowMs: HOUR_MS }]
}
