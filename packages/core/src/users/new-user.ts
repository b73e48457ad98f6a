/** What a new user begins with: the rooms that everybody joins, and for the first owner a room that can be used. */

import { LIMITS, type Room } from '@suda/protocol'
import type { CreateUser } from '../commands.ts'
import { NOTHING, type HandlerContext, type Plan } from '../handler.ts'
import { joined } from '../members/joined.ts'
import { roomAudience } from '../rooms/audience.ts'
import { asName } from '../rooms/names.ts'
import type { Draft } from '../storage/drafts.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { SiteRecord } from '../storage/records.ts'
import { asEmail, asUsername } from './names.ts'

const FIRST_ROOM = 'general'

export type NewUser = Omit<CreateUser, 'type'>

/** @throws ChatError `validation_failed`; `taken`, at the latest when it is committed */
export async function newUser(user: NewUser, context: HandlerContext): Promise<Plan> {
  const site = await context.reads.site()
  const username = asUsername(user.username)
  const email = user.email === undefined ? undefined : asEmail(user.email)
  const isFirstOwner = user.siteRole === 'owner' && !site.hasOwner

  const created: Draft = {
    type: 'user.created',
    // Told to nobody else: whoever meets the new user learns of it by a card.
    audience: ['server', `user:${user.userId}`],
    userId: user.userId,
    user: {
      kind: user.kind,
      username,
      displayName: asName(user.displayName, LIMITS.displayNameLength),
      siteRole: user.siteRole,
      ...(email !== undefined && { email }),
      ...(user.passwordHash !== undefined && { passwordHash: user.passwordHash }),
    },
  }

  const { drafts, preconditions } = isFirstOwner
    ? await firstRoom(user.userId, context)
    : await defaultRooms(user, site, context)
  return {
    drafts: [created, ...drafts],
    preconditions: [
      { kind: 'unique', field: 'username', value: username },
      ...uniqueEmail(email),
      ...(isFirstOwner ? [{ kind: 'noOwner' } as const] : []),
      ...preconditions,
    ],
  }
}

function uniqueEmail(value: string | undefined): Precondition[] {
  return value === undefined ? [] : [{ kind: 'unique', field: 'email', value }]
}

/** The operator may have made the room before there was anybody. */
async function firstRoom(userId: string, { reads, ports }: HandlerContext): Promise<Plan> {
  const existing = (await reads.room(FIRST_ROOM, userId))?.room
  if (existing !== undefined && !isOpen(existing)) return NOTHING
  const roomId = existing?.id ?? ports.newId()
  return {
    drafts: [
      ...(existing === undefined ? [generalRoom(roomId)] : []),
      joined(roomId, userId, 'moderator'),
      { type: 'site.changed', audience: ['site'], site: { defaultRooms: [roomId] } },
    ],
    preconditions: existing === undefined ? [] : [unchanged(existing)],
  }
}

function generalRoom(roomId: string): Draft {
  const room = { slug: FIRST_ROOM, name: FIRST_ROOM, kind: 'room', visibility: 'public' } as const
  return { type: 'room.created', audience: roomAudience(roomId, 'public'), roomId, room }
}

/** One that turned private since it was chosen lets in nobody whom its members did not. */
async function defaultRooms({ userId, siteRole }: NewUser, { site }: SiteRecord, { reads }: HandlerContext) {
  const found = siteRole === 'guest' ? [] : await Promise.all(site.defaultRooms.map((id) => reads.room(id, userId)))
  const rooms = found.flatMap((record) => record?.room ?? []).filter(isOpen)
  return {
    drafts: rooms.map(({ id }) => joined(id, userId, 'member')),
    preconditions: rooms.map(unchanged),
  }
}

function unchanged({ id, revision }: Room): Precondition {
  return { kind: 'revision', entity: 'room', id, revision }
}

function isOpen({ archived, visibility }: Room): boolean {
  return visibility === 'public' && !archived
}
