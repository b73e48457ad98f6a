/** Becoming a user: of an open site by oneself, otherwise by an invite. */

import { ChatError, type SignUp as Mode } from '@suda/protocol'
import type { SignUp } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { comesBy, findInvite, TELLS_OF_HOST, type LivingInvite } from '../invites/find-invite.ts'
import { sessionEnd } from '../sessions/lifetime.ts'
import { started } from '../sessions/started.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { SiteRecord } from '../storage/records.ts'
import type { Reads } from '../storage/storage.ts'
import { newUser } from './new-user.ts'

export type Arrival = Pick<SignUp, 'inviteHash' | 'pinnedMode'>

/** @throws ChatError `sign_up_closed`, `invite_invalid`, `taken`, `validation_failed` */
export const signUp: Handler<SignUp> = async (command, actor, context) => {
  const { inviteHash: _inviteHash, pinnedMode, session, type: _type, ...names } = command
  const { invite, record } = await admitNewcomer(command, context.reads)
  const user = await newUser({ ...names, kind: 'human', siteRole: invite?.role ?? 'member' }, context)
  const arrival = invite === undefined ? NOTHING : comesBy(invite, command.userId)
  const begun = { userId: command.userId, expiresAt: sessionEnd(context.ports.now()) }
  return {
    actorId: command.userId,
    drafts: [...user.drafts, ...arrival.drafts, started(session, begun, actor)],
    // Before the names, of which strangers are told nothing.
    preconditions: [...stillSo(record, pinnedMode), ...arrival.preconditions, ...user.preconditions],
    // Also of a room that all join, which is gone meanwhile.
    decidedAnewOn: TELLS_OF_HOST,
  }
}

interface AdmittedNewcomer {
  readonly invite?: LivingInvite
  readonly record: SiteRecord
}

/** @throws ChatError `sign_up_closed`, `invite_invalid` */
export async function admitNewcomer({ inviteHash, pinnedMode }: Arrival, reads: Reads): Promise<AdmittedNewcomer> {
  const record = await reads.site()
  const mode = pinnedMode ?? record.site.signUp
  if (!record.hasOwner) throw new ChatError('sign_up_closed', 'This site has not been set up yet.')
  if (mode === 'closed') throw new ChatError('sign_up_closed')
  if (inviteHash !== undefined) return { invite: await findInvite(inviteHash, reads), record }
  if (mode === 'invite') throw new ChatError('sign_up_closed', 'An invite is needed here.')
  return { record }
}

function stillSo({ site }: SiteRecord, pinnedMode: Mode | undefined): Precondition[] {
  if (pinnedMode !== undefined) return []
  return [{ kind: 'revision', entity: 'site', id: site.id, revision: site.revision }]
}
