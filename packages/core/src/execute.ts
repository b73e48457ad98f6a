/** From a command to committed changes: admission, the command's handler, one commit. */

import { ChatError } from '@suda/protocol'
import { admit } from './access.ts'
import type { Actor } from './actor.ts'
import type { Command, CommandOf, CommandType } from './commands.ts'
import { NOTHING, type Handler, type HandlerContext, type Plan } from './handler.ts'
import { putMember } from './members/put-member.ts'
import { removeMember } from './members/remove-member.ts'
import { deleteMessage } from './messages/delete-message.ts'
import { editMessage } from './messages/edit-message.ts'
import { postMessage } from './messages/post-message.ts'
import { moveRead } from './reads/move-read.ts'
import { changeRoom } from './rooms/change-room.ts'
import { createRoom } from './rooms/create-room.ts'
import { deleteRoom } from './rooms/delete-room.ts'
import { acceptInvite } from './invites/accept-invite.ts'
import { createInvite } from './invites/create-invite.ts'
import { deleteInvite } from './invites/delete-invite.ts'
import { endSession } from './sessions/end-session.ts'
import { endSessions } from './sessions/end-sessions.ts'
import { renewSession } from './sessions/renew-session.ts'
import { signIn } from './sessions/sign-in.ts'
import { startSession } from './sessions/start-session.ts'
import type { Precondition } from './storage/preconditions.ts'
import type { Committed, IdempotencyKey, Storage } from './storage/storage.ts'
import { createToken } from './tokens/create-token.ts'
import { deleteToken } from './tokens/delete-token.ts'
import { changeSite } from './site/change-site.ts'
import { setUp } from './site/set-up.ts'
import { changeMe } from './users/change-me.ts'
import { changePassword } from './users/change-password.ts'
import { changeUser } from './users/change-user.ts'
import { createUser } from './users/create-user.ts'
import { deleteUser } from './users/delete-user.ts'
import { setPassword } from './users/set-password.ts'
import { signUp } from './users/sign-up.ts'

const HANDLERS: { readonly [Type in CommandType]: Handler<CommandOf<Type>> } = {
  setUp,
  signUp,
  signIn,
  createUser,
  changeUser,
  deleteUser,
  changeMe,
  changeSite,
  setPassword,
  changePassword,
  createToken,
  deleteToken,
  createInvite,
  deleteInvite,
  acceptInvite,
  startSession,
  renewSession,
  endSession,
  endSessions,
  createRoom,
  changeRoom,
  deleteRoom,
  putMember,
  removeMember,
  postMessage,
  editMessage,
  deleteMessage,
  moveRead,
}

/** How often a command is decided anew because something moved between its look and its commit; of so many writers at once each wins. */
const ATTEMPTS = 32

export interface Request {
  readonly requestId: string
  readonly idempotency?: Omit<IdempotencyKey, 'actorId'>
}

export interface Execution extends HandlerContext {
  readonly storage: Storage
}

export async function execute(
  command: Command,
  actor: Actor,
  request: Request,
  context: Execution,
): Promise<Committed> {
  admit(command.type, actor)
  const done = await carriedOut(actor, request, context)
  if (done !== undefined) return done
  try {
    return await carryOut(command, actor, request, context)
  } catch (error) {
    // The same request may have been carried out beside this one, which then met its effect.
    const doneBeside = await carriedOut(actor, request, context)
    if (doneBeside !== undefined) return doneBeside
    throw error
  }
}

async function carryOut(command: Command, actor: Actor, request: Request, context: Execution): Promise<Committed> {
  for (let attempt = 1; ; attempt++) {
    const plan = await decide(command, actor, context)
    if (plan.drafts.length === 0) return { changes: [], repeated: false }
    try {
      return await commit(plan, actor, request, context.storage)
    } catch (error) {
      if (!isOutrun(error, plan) || attempt === ATTEMPTS) throw error
    }
  }
}

/** What the same request did before: decided anew it could meet its own effect, such as a room that it deleted. */
async function carriedOut(
  actor: Actor,
  request: Request,
  { reads, storage }: Execution,
): Promise<Committed | undefined> {
  const { idempotency } = request
  if (idempotency === undefined || actor.kind !== 'user') return undefined
  const kept = await reads.keptAnswer(actor.userId, idempotency.key)
  return kept && commit(NOTHING, actor, request, storage)
}

/** A plan built on what was changed meanwhile. Where the caller named a revision, the handler refuses with the current object. */
function isOutrun(error: unknown, { decidedAnewOn = [] }: Plan): boolean {
  if (!(error instanceof ChatError) || error.current !== undefined) return false
  return error.code === 'stale' || decidedAnewOn.includes(error.code)
}

// The table pairs each type with its handler; the compiler cannot follow that pairing through a union.
function decide<Type extends CommandType>(
  command: CommandOf<Type> & { type: Type },
  actor: Actor,
  context: HandlerContext,
): Promise<Plan> {
  const handler: Handler<CommandOf<Type>> = HANDLERS[command.type]
  return handler(command, actor, context)
}

/** Calls the storage at once. */
export function commit(plan: Plan, actor: Actor, request: Request, storage: Storage): Promise<Committed> {
  const { requestId, idempotency } = request
  const actorId = actor.kind === 'user' ? actor.userId : plan.actorId
  return storage.commit(plan.drafts, {
    preconditions: [...credential(actor), ...plan.preconditions],
    by: {
      via: actor.via,
      requestId,
      ...(actorId !== undefined && { actorId }),
      ...(actor.address !== undefined && { address: actor.address }),
    },
    ...(idempotency !== undefined && actorId !== undefined && { idempotency: { ...idempotency, actorId } }),
  })
}

/** The session or token may have ended since the request was let in. */
function credential(actor: Actor): Precondition[] {
  if (actor.kind !== 'user') return []
  const { sessionId, tokenId } = actor
  if (sessionId !== undefined) return [{ kind: 'session', sessionId }]
  if (tokenId !== undefined) return [{ kind: 'token', tokenId }]
  return []
}
