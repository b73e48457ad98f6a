/** The nouns of the chat. */

import * as z from 'zod'
import {
  count,
  id,
  inviteRole,
  revision,
  roomKind,
  roomRole,
  scope,
  signUp,
  siteRole,
  time,
  userKind,
  visibility,
} from './scalars.ts'

export const via = z.strictObject({
  kind: z.enum(['session', 'token', 'webhook', 'inbox', 'source', 'host', 'cli', 'system']),
  name: z.string().exactOptional(),
})

export const site = z
  .strictObject({
    id,
    name: z.string(),
    signUp,
    defaultRooms: z.array(id).readonly(),
    keepEdits: z.boolean(),
    revision,
  })
  .meta({ id: 'Site' })

export const userCard = z
  .union([
    z.strictObject({
      id,
      kind: userKind,
      username: z.string(),
      displayName: z.string(),
      revision,
      deletedAt: z.never().optional(),
    }),
    z.strictObject({ id, kind: userKind, revision, deletedAt: time }),
  ])
  .meta({ id: 'UserCard', description: 'What everybody who meets a user may know; of a deleted one no names.' })

export const user = z
  .strictObject({
    id,
    kind: userKind,
    username: z.string(),
    displayName: z.string(),
    siteRole,
    revision,
    externalId: z.string().exactOptional(),
    timeZone: z.string().exactOptional(),
    locale: z.string().exactOptional(),
    suspendedAt: time.exactOptional(),
    deletedAt: time.exactOptional(),
  })
  .meta({ id: 'User' })

export const session = z
  .strictObject({
    id,
    createdAt: time,
    expiresAt: time,
    lastUsedAt: time,
    address: z.string().exactOptional(),
    userAgent: z.string().exactOptional(),
    isCurrent: z.boolean(),
  })
  .meta({ id: 'Session' })

export const token = z
  .strictObject({
    id,
    label: z.string(),
    scopes: z.array(scope).readonly(),
    createdAt: time,
    expiresAt: time.exactOptional(),
  })
  .meta({ id: 'Token' })

export const invite = z
  .strictObject({
    id,
    createdBy: id,
    role: inviteRole,
    roomId: id.exactOptional(),
    uses: count.exactOptional(),
    used: count,
    createdAt: time,
    expiresAt: time,
  })
  .meta({ id: 'Invite' })

export const auditEntry = z
  .strictObject({
    id: count,
    at: time,
    type: z.string(),
    actorId: id.exactOptional(),
    userId: id.exactOptional(),
    roomId: id.exactOptional(),
    via,
    address: z.string().exactOptional(),
    requestId: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
  })
  .meta({ id: 'AuditEntry' })

export const myMembership = z.strictObject({
  role: roomRole,
  readSeq: count,
  readOrdinal: count,
  readRevision: count,
  unreadMentions: z.array(count).readonly(),
})

export const room = z
  .strictObject({
    id,
    slug: z.string(),
    name: z.string(),
    kind: roomKind,
    visibility,
    topic: z.string().exactOptional(),
    archived: z.boolean(),
    revision,
    memberCount: count,
    firstSeq: count,
    lastSeq: count,
    ordinal: count,
    lastAt: time.exactOptional(),
    my: myMembership.exactOptional(),
  })
  .meta({ id: 'Room', description: 'Unread messages of a member: `ordinal - my.readOrdinal`.' })

export const member = z
  .strictObject({ userId: id, role: roomRole, joinedAt: time, mutedUntil: time.exactOptional() })
  .meta({ id: 'Member' })

export const mention = z.union([
  z.strictObject({ kind: z.literal('user'), userId: id, as: z.string() }),
  z.strictObject({ kind: z.literal('room'), as: z.string() }),
])

export const attachment = z.strictObject({
  id,
  name: z.string(),
  type: z.string(),
  size: count,
  width: count.exactOptional(),
  height: count.exactOptional(),
  preview: z.string().exactOptional(),
})

export const reaction = z.strictObject({ emoji: z.string(), count, userIds: z.array(id).readonly() })

export const systemNote = z.strictObject({
  type: z.enum(['renamed', 'topic', 'archived', 'unarchived', 'added', 'removed', 'visibility']),
  userIds: z.array(id).readonly().exactOptional(),
  value: z.string().exactOptional(),
})

export const threadSummary = z.strictObject({ count, lastAt: time })

const messageShape = {
  id,
  roomId: id,
  seq: count,
  ordinal: count,
  revision,
  kind: z.enum(['text', 'system']),
  authorId: id,
  via,
  text: z.string(),
  format: z.literal('suda-md-1'),
  mentions: z.array(mention).readonly(),
  attachments: z.array(attachment).readonly(),
  replyTo: id.exactOptional(),
  threadId: id.exactOptional(),
  alsoInRoom: z.boolean().exactOptional(),
  thread: threadSummary.exactOptional(),
  reactions: z.array(reaction).readonly(),
  system: systemNote.exactOptional(),
  state: z.enum(['final', 'streaming']),
  createdAt: time,
  editedAt: time.exactOptional(),
  deletedAt: time.exactOptional(),
  deletedBy: id.exactOptional(),
}

export const message = z.strictObject(messageShape).meta({ id: 'Message' })

export const author = z.strictObject({ id, username: z.string(), displayName: z.string() })

/** As it stands in a room's own feed. */
export const authoredMessage = z.strictObject({ ...messageShape, author }).meta({ id: 'AuthoredMessage' })
