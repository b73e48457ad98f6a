/** Creating a user. The first owner also gets a room that can be used. */

import { LIMITS } from '@suda/protocol'
import type { CreateUser } from '../commands.ts'
import type { Handler, HandlerContext } from '../handler.ts'
import { joined } from '../members/joined.ts'
import { roomAudience } from '../rooms/audience.ts'
import { asName } from '../rooms/names.ts'
import type { Draft } from '../storage/drafts.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { SiteRecord } from '../storage/records.ts'
import { asUsername } from './names.ts'

const FIRST_ROOM = 'general'

/** @throws ChatError `taken`, `validation_failed` */
export const createUser: Handler<CreateUser> = async (command, _actor, context) => {
  const site = await context.reads.site()
  const { userId } = command
  const username = asUsername(command.username)
  const isFirstOwner = command.siteRole === 'owner' && !site.hasOwner

  const created: Draft = {
    type: 'user.created',
    // Told to nobody else: whoever meets the new user learns of it by a card.
    audience: ['server', `user:${userId}`],
    userId,
    user: {
      kind: command.kind,
      username,
      displayName: asName(command.displayName, LIMITS.displayNameLength),
      siteRole: command.siteRole,
      ...(command.email !== undefined && { email: command.email }),
      ...(command.passwordHash !== undefined && { passwordHash: command.passwordHash }),
    },
  }

  return {
    drafts: [
      created,
      ...(isFirstOwner ? await firstRoom(userId, context) : await defaultRooms(command, site, context)),
    ],
    preconditions: [
      { kind: 'unique', field: 'username', value: username },
      ...(command.email === undefined ? [] : [uniqueEmail(command.email)]),
      ...(isFirstOwner ? [{ kind: 'noOwner' } as const] : []),
    ],
  }
}

function uniqueEmail(value: string): Precondition {
  return { kind: 'unique', field: 'email', value }
}

/** The operator may have made the room before there was anybody. */
async function firstRoom(userId: string, { reads, ports }: HandlerContext): Promise<Draft[]> {
  const existing = (await reads.room(FIRST_ROOM, userId))?.room
  if (existing !== undefined && (existing.visibility === 'private' || existing.archived)) return []
  const roomId = existing?.id ?? ports.newId()
  return [
    ...(existing === undefined ? [generalRoom(roomId)] : []),
    joined(roomId, userId, 'moderator'),
    { type: 'site.changed', audience: ['site'], site: { defaultRooms: [roomId] } },
  ]
}

function generalRoom(roomId: string): Draft {
  const room = { slug: FIRST_ROOM, name: FIRST_ROOM, kind: 'room', visibility: 'public' } as const
  return { type: 'room.created', audience: roomAudience(roomId, 'public'), roomId, room }
}

async function defaultRooms({ userId, siteRole }: CreateUser, { site }: SiteRecord, { reads }: HandlerContext) {
  if (siteRole === 'guest') return []
  const rooms = await Promise.all(site.defaultRooms.map((id) => reads.room(id, userId)))
  return rooms.flatMap((record) =>
    record === undefined || record.room.archived ? [] : [joined(record.room.id, userId, 'member')],
  )
}
