/** Making an invite: to the site by its admins, into a room as guests by the room's moderators. */

import { ChatError, LIMITS, type InviteRole } from '@suda/protocol'
import { admitRoom, asModerator, isSiteRoleAtLeast } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { CreateInvite } from '../commands.ts'
import type { Handler, HandlerContext } from '../handler.ts'
import type { Precondition } from '../storage/preconditions.ts'
import { active, findActiveUser } from '../users/find-user.ts'

const DAY_MS = 24 * 3_600_000
const USUAL_DAYS = 7
const MOST_DAYS = 366

/** @throws ChatError `forbidden`; `not_found` for the room; `room_archived`, `validation_failed` */
export const createInvite: Handler<CreateInvite> = async (command, actor, context) => {
  const { inviteId: id, codeHash, uses } = command
  const host = await hostOf(command, actor, context)
  const role = command.role ?? (host.isAdmin ? 'member' : 'guest')
  const room = await roomOf(command, actor, context)
  if ((await context.reads.invites(host.userId)).length >= LIMITS.invites) {
    throw new ChatError('validation_failed', `A user has at most ${LIMITS.invites} invites: delete one first.`)
  }
  return {
    drafts: [
      {
        type: 'invite.created',
        audience: ['server', `user:${host.userId}`],
        userId: host.userId,
        invite: {
          id,
          codeHash,
          role,
          expiresAt: endOf(command, context.ports.now()),
          ...(room !== undefined && { roomId: room.id }),
          ...(uses !== undefined && { uses }),
        },
      },
    ],
    preconditions: [...host.preconditions, ...asInviter(host, role, room?.id), ...(room?.preconditions ?? [])],
  }
}

interface Host {
  readonly userId: string
  readonly isAdmin: boolean
  readonly preconditions: readonly Precondition[]
}

/** Whose invite it is. */
async function hostOf(command: CreateInvite, actor: Actor, { reads }: HandlerContext): Promise<Host> {
  if (actor.kind === 'user' && command.user === undefined) {
    const { siteRole, userId } = actor
    return { userId, isAdmin: isSiteRoleAtLeast(siteRole, 'admin'), preconditions: [] }
  }
  if (actor.kind !== 'system' || command.user === undefined) throw new ChatError('forbidden')
  const user = await findActiveUser(command.user, actor, reads)
  return { userId: user.id, isAdmin: isSiteRoleAtLeast(user.siteRole, 'admin'), preconditions: [active(user)] }
}

async function roomOf({ room: ref, user }: CreateInvite, actor: Actor, { reads }: HandlerContext) {
  if (ref === undefined) return undefined
  const admitted = await admitRoom('createInvite', ref, actor, reads)
  const { id, archived } = admitted.room
  if (archived) throw new ChatError('room_archived')
  const host: Precondition[] =
    actor.kind === 'system' && user !== undefined
      ? [{ kind: 'roomRole', userId: (await findActiveUser(user, actor, reads)).id, roomId: id, atLeast: 'moderator' }]
      : []
  return {
    id,
    preconditions: [...asModerator(admitted, actor), ...host, { kind: 'roomOpen', roomId: id } as const],
  }
}

/** @throws ChatError `forbidden` */
function asInviter({ isAdmin, userId }: Host, role: InviteRole, roomId: string | undefined): Precondition[] {
  if (role === 'guest' && roomId !== undefined) return [{ kind: 'siteRole', userId, atLeast: 'member' }]
  if (!isAdmin) throw new ChatError('forbidden')
  if (role === 'guest') throw new ChatError('validation_failed', 'A guest is invited into a room.')
  return [{ kind: 'siteRole', userId, atLeast: 'admin' }]
}

/** @throws ChatError `validation_failed` */
function endOf({ expiresAt }: CreateInvite, now: number): string {
  if (expiresAt === undefined) return new Date(now + USUAL_DAYS * DAY_MS).toISOString()
  const end = Date.parse(expiresAt)
  if (end > now && end <= now + MOST_DAYS * DAY_MS) return expiresAt
  throw new ChatError('validation_failed', `An invite ends in the future, within ${MOST_DAYS} days.`)
}
