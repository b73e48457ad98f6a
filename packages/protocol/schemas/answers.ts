/** Bodies of answers. Closed, so that a field that nobody meant to tell fails the tests. */

import * as z from 'zod'
import { change } from './changes.ts'
import { auditEntry, invite, member, message, room, session, site, token, user, userCard } from './entities.ts'
import { reset } from './frames.ts'
import { count, cursor, id, inviteRole, revision, roomRole, signUp, time } from './scalars.ts'

const users = z.array(userCard).readonly()
const more = z.string().exactOptional()

export const siteAnswer = z.strictObject({
  id,
  name: z.string(),
  signUp,
  needsSetUp: z.boolean(),
  protocol: z.int(),
  build: z.string(),
  revision,
})

export const userAnswer = z.strictObject({ user })
export const usersAnswer = z.strictObject({ users })
export const accountsAnswer = z.strictObject({ accounts: z.array(user).readonly(), more })
export const sessionsAnswer = z.strictObject({ sessions: z.array(session).readonly() })
export const tokensAnswer = z.strictObject({ tokens: z.array(token).readonly() })
export const newTokenAnswer = z.strictObject({ id, token: z.string().exactOptional() })
export const invitesAnswer = z.strictObject({ invites: z.array(invite).readonly(), users })
export const newInviteAnswer = z.strictObject({ id, code: z.string().exactOptional(), url: z.string().exactOptional() })
export const invitePreviewAnswer = z.strictObject({
  site: z.strictObject({ name: z.string() }),
  role: inviteRole,
  invitedBy: z.string(),
  room: z.strictObject({ name: z.string(), memberCount: count }).exactOptional(),
  expiresAt: time,
})
export const auditAnswer = z.strictObject({ entries: z.array(auditEntry).readonly(), users, hasMore: z.boolean() })
export const roomAnswer = z.strictObject({ room })
export const roomsAnswer = z.strictObject({ rooms: z.array(room).readonly(), users, more })
export const memberAnswer = z.strictObject({ member: z.strictObject({ userId: id, role: roomRole }) })
export const membersAnswer = z.strictObject({ members: z.array(member).readonly(), users, more })
export const messageAnswer = z.strictObject({ message })
export const postAnswer = z.strictObject({ message, cursor })

export const messagesAnswer = z.strictObject({
  messages: z.array(message).readonly(),
  users,
  hasBefore: z.boolean(),
  hasAfter: z.boolean(),
})

export const readAnswer = z.strictObject({
  seq: count,
  ordinal: count,
  revision: count,
  unreadMentions: z.array(count).readonly(),
})

export const syncAnswer = z.strictObject({ cursor, site, me: user, rooms: z.array(room).readonly(), users, more })

export const feedAnswer = z.strictObject({
  changes: z.array(change).readonly(),
  cursor: cursor.nullable(),
  more: z.boolean(),
  reset: reset.exactOptional(),
})
