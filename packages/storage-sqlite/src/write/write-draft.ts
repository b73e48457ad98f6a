/** One exhaustive switch: how each kind of draft becomes state and a change. */

import type { Draft } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { deleteMessage } from './delete-message.ts'
import { deleteUser } from './delete-user.ts'
import { editMessage } from './edit-message.ts'
import { createInvite, deleteInvite, useInvite } from './invites.ts'
import { changeMember, joinMember, leaveMember } from './members.ts'
import { postMessage } from './post-message.ts'
import { moveRead } from './reads.ts'
import { changeRoom, createRoom, deleteRoom } from './rooms.ts'
import { endSession, renewSession, startSession } from './sessions.ts'
import { changeSite } from './site.ts'
import { createToken, deleteToken } from './tokens.ts'
import type { Tx } from './tx.ts'
import { changePassword, changeProfile, changeUser, createUser } from './users.ts'

/** @returns undefined where the state was as drafted already, so that nothing changed */
export function writeDraft(draft: Draft, tx: Tx): CommittedChange | undefined {
  switch (draft.type) {
    case 'site.changed':
      return changeSite(draft, tx)
    case 'user.created':
      return createUser(draft, tx)
    case 'user.changed':
      return changeUser(draft, tx)
    case 'profile.changed':
      return changeProfile(draft, tx)
    case 'user.deleted':
      return deleteUser(draft, tx)
    case 'password.changed':
      return changePassword(draft, tx)
    case 'session.started':
      return startSession(draft, tx)
    case 'session.renewed':
      return renewSession(draft, tx)
    case 'session.ended':
      return endSession(draft, tx)
    case 'token.created':
      return createToken(draft, tx)
    case 'token.deleted':
      return deleteToken(draft, tx)
    case 'invite.created':
      return createInvite(draft, tx)
    case 'invite.used':
      return useInvite(draft, tx)
    case 'invite.deleted':
      return deleteInvite(draft, tx)
    case 'room.created':
      return createRoom(draft, tx)
    case 'room.changed':
      return changeRoom(draft, tx)
    case 'room.deleted':
      return deleteRoom(draft, tx)
    case 'member.joined':
      return joinMember(draft, tx)
    case 'member.changed':
      return changeMember(draft, tx)
    case 'member.left':
      return leaveMember(draft, tx)
    case 'message.posted':
      return postMessage(draft, tx)
    case 'message.edited':
      return editMessage(draft, tx)
    case 'message.deleted':
      return deleteMessage(draft, tx)
    case 'read.moved':
      return moveRead(draft, tx)
  }
}
