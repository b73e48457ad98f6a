/** The union of changes, a schema each. */

import type { ChangeType } from '@suda/protocol'
import * as z from 'zod'
import { member, message, room, site, threadSummary, user, userCard } from './entities.ts'
import { count, id, inviteRole, revision, scope, time } from './scalars.ts'

const envelope = {
  position: count,
  at: time,
  roomId: id.exactOptional(),
  userId: id.exactOptional(),
  messageId: id.exactOptional(),
  actorId: id.exactOptional(),
}

// Its inferred type would be one that nothing else has; the empty payloads are written as this one.
const empty: z.ZodType<Record<never, never>> = z.strictObject({})
const users = z.array(userCard).readonly()
const roomCounters = z.strictObject({ lastSeq: count, ordinal: count, lastAt: time })
const threadCounters = z.strictObject({ ...threadSummary.shape, id })
const endReason = z.enum([
  'signed_out',
  'signed_out_everywhere',
  'password_changed',
  'token_deleted',
  'revoked',
  'replaced',
  'suspended',
  'user_deleted',
])

export const changes = {
  'site.changed': of('site.changed', z.strictObject({ site })),
  'user.created': of('user.created', z.strictObject({ user: userCard })),
  'user.changed': of('user.changed', z.strictObject({ user: userCard })),
  'profile.changed': of('profile.changed', z.strictObject({ user })),
  'user.deleted': of('user.deleted', z.strictObject({ user: userCard })),
  'password.changed': of('password.changed', empty),
  'session.started': of('session.started', z.strictObject({ sessionId: id, expiresAt: time })),
  'session.renewed': of('session.renewed', z.strictObject({ sessionId: id, expiresAt: time })),
  'session.ended': of('session.ended', z.strictObject({ sessionId: id, reason: endReason })),
  'token.created': of(
    'token.created',
    z.strictObject({
      tokenId: id,
      label: z.string(),
      scopes: z.array(scope).readonly(),
      expiresAt: time.exactOptional(),
    }),
  ),
  'token.deleted': of('token.deleted', z.strictObject({ tokenId: id })),
  'invite.created': of(
    'invite.created',
    z.strictObject({
      inviteId: id,
      role: inviteRole,
      roomId: id.exactOptional(),
      uses: count.exactOptional(),
      expiresAt: time,
    }),
  ),
  'invite.used': of('invite.used', z.strictObject({ inviteId: id, used: count })),
  'invite.deleted': of('invite.deleted', z.strictObject({ inviteId: id })),
  'room.created': of('room.created', z.strictObject({ room })),
  'room.changed': of('room.changed', z.strictObject({ room })),
  'room.deleted': of('room.deleted', empty),
  'member.joined': of('member.joined', z.strictObject({ users, member, memberCount: count })),
  'member.changed': of('member.changed', z.strictObject({ users, member })),
  'member.left': of('member.left', z.strictObject({ memberCount: count, reason: z.enum(['left', 'removed']) })),
  'message.posted': of(
    'message.posted',
    z.strictObject({
      users,
      message,
      mentioned: z.strictObject({ userIds: z.array(id).readonly(), room: z.boolean() }),
      room: roomCounters,
      thread: threadCounters.exactOptional(),
    }),
  ),
  'message.edited': of('message.edited', z.strictObject({ users, message })),
  'message.deleted': of('message.deleted', z.strictObject({ users, message, thread: threadCounters.exactOptional() })),
  'read.moved': of(
    'read.moved',
    z.strictObject({ seq: count, ordinal: count, revision, unreadMentions: z.array(count).readonly() }),
  ),
  void: of('void', empty),
} as const satisfies Record<ChangeType, z.ZodType>

export const change = z.discriminatedUnion('type', [
  changes['site.changed'],
  changes['user.created'],
  changes['user.changed'],
  changes['profile.changed'],
  changes['user.deleted'],
  changes['password.changed'],
  changes['session.started'],
  changes['session.renewed'],
  changes['session.ended'],
  changes['token.created'],
  changes['token.deleted'],
  changes['invite.created'],
  changes['invite.used'],
  changes['invite.deleted'],
  changes['room.created'],
  changes['room.changed'],
  changes['room.deleted'],
  changes['member.joined'],
  changes['member.changed'],
  changes['member.left'],
  changes['message.posted'],
  changes['message.edited'],
  changes['message.deleted'],
  changes['read.moved'],
  changes.void,
])

function of<Type extends ChangeType, Payload extends z.ZodType>(type: Type, payload: Payload) {
  return z
    .strictObject({ ...envelope, type: z.literal(type), payload })
    .meta({ id: `Change_${type.replace('.', '_')}` })
}
