/** Making an invite: to the site by its admins, into a room as guests by the room's moderators. */

import { ChatError, LIMITS } from '@suda/protocol'
import { admitRoom, isSiteRoleAtLeast } from '../access.ts'
import type { Actor, ActorOf } from '../actor.ts'
import type { CreateInvite } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { toMs, toTime } from '../instant.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { Reads } from '../storage/storage.ts'
import { findActiveUser } from '../users/find-user.ts'
import { asInviter } from './as-inviter.ts'

const DAY_MS = 24 * 3_600_000
const USUAL_DAYS = 7
const MOST_DAYS = 366

/** @throws ChatError `forbidden`; `not_found` for the room; `room_archived`, `validation_failed` */
export const createInvite: Handler<CreateInvite> = async (command, actor, { ports, reads }) => {
  const { inviteId: id, codeHash, uses } = command
  const host = await hostOf(command, actor, reads)
  const { userId } = host
  const role = command.role ?? (isSiteRoleAtLeast(host.siteRole, 'admin') ? 'member' : 'guest')
  const room = command.room === undefined ? undefined : await admitRoom('createInvite', command.room, host, reads)
  const preconditions = asInviter(host, role, room)
  if (room?.room.archived === true) throw new ChatError('room_archived')
  const expiresAt = endOf(command, ports.now())
  const limit = await oneMore(userId, reads)
  return {
    drafts: [
      {
        type: 'invite.created',
        audience: ['server', `user:${userId}`],
        userId,
        invite: {
          id,
          codeHash,
          role,
          expiresAt,
          ...(room !== undefined && { roomId: room.room.id }),
          ...(uses !== undefined && { uses }),
        },
      },
    ],
    preconditions: [...preconditions, ...open(room?.room.id), limit],
  }
}

/** Whose invite it is. */
async function hostOf({ user: ref }: CreateInvite, actor: Actor, reads: Reads): Promise<ActorOf<'user'>> {
  if (actor.kind === 'user' && ref === undefined) return actor
  if (actor.kind !== 'system' || ref === undefined) throw new ChatError('forbidden')
  const { id: userId, siteRole } = await findActiveUser(ref, actor, reads)
  return { kind: 'user', userId, siteRole, via: actor.via }
}

function open(roomId: string | undefined): Precondition[] {
  return roomId === undefined ? [] : [{ kind: 'roomOpen', roomId }]
}

/** @throws ChatError `validation_failed` for one too many, also of several at once */
async function oneMore(userId: string, reads: Reads): Promise<Precondition> {
  const invites = await reads.invites(userId)
  if (invites.length < LIMITS.invites) {
    return { kind: 'noOther', of: 'invite', owner: { userId }, ids: invites.map(({ id }) => id) }
  }
  throw new ChatError('validation_failed', `A user has at most ${LIMITS.invites} invites: delete one first.`)
}

/** @throws ChatError `validation_failed` */
function endOf({ expiresAt }: CreateInvite, now: number): string {
  if (expiresAt === undefined) return toTime(now + USUAL_DAYS * DAY_MS)
  const end = toMs(expiresAt)
  if (end > now && end <= now + MOST_DAYS * DAY_MS) return expiresAt
  throw new ChatError('validation_failed', `An invite ends in the future, within ${MOST_DAYS} days.`)
}
