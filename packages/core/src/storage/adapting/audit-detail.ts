/** What the audit keeps of a draft beside who, whom and where: enough to tell later what was done, never a text or a secret. */

import type { AuditDetail } from '@suda/protocol'
import type { Draft } from '../drafts.ts'

/** @returns undefined where the type says it all */
export function auditDetail(draft: Draft): AuditDetail | undefined {
  switch (draft.type) {
    case 'user.created':
      return { siteRole: draft.user.siteRole }
    case 'profile.changed':
      return profileDetail(draft.profile)
    case 'session.ended':
      return { sessionId: draft.sessionId, reason: draft.reason }
    case 'session.started':
      return { sessionId: draft.session.id }
    case 'token.created':
      return { tokenId: draft.token.id, scopes: draft.token.scopes.join(' ') }
    case 'token.deleted':
      return { tokenId: draft.tokenId }
    case 'invite.created':
      return { inviteId: draft.invite.id, role: draft.invite.role }
    case 'invite.used':
    case 'invite.deleted':
      return { inviteId: draft.inviteId }
    case 'site.changed':
      return { changed: Object.keys(draft.site).join(' '), ...(draft.site.signUp && { signUp: draft.site.signUp }) }
    case 'room.changed':
      return roomDetail(draft.room)
    case 'room.created':
      return { visibility: draft.room.visibility }
    case 'member.joined':
      return { role: draft.member.role }
    case 'member.changed':
      return draft.member.role === undefined ? undefined : { role: draft.member.role }
    case 'member.left':
      return { reason: draft.reason }
    case 'password.changed':
      return draft.isRehash === true ? { rehashed: true } : undefined
    case 'user.changed':
    case 'user.deleted':
    case 'session.renewed':
    case 'room.deleted':
    case 'message.posted':
    case 'message.edited':
    case 'message.deleted':
    case 'read.moved':
      return undefined
  }
}

/** An e-mail address is the user's own; that it changed is not. */
function profileDetail(profile: Extract<Draft, { type: 'profile.changed' }>['profile']): AuditDetail {
  const { siteRole, suspended } = profile
  return {
    changed: Object.keys(profile).join(' '),
    ...(siteRole !== undefined && { siteRole }),
    ...(suspended !== undefined && { suspended }),
  }
}

/** Names and topics of private rooms are for their members. */
function roomDetail(room: Extract<Draft, { type: 'room.changed' }>['room']): AuditDetail {
  const { archived, visibility } = room
  return {
    changed: Object.keys(room).join(' '),
    ...(visibility !== undefined && { visibility }),
    ...(archived !== undefined && { archived }),
  }
}
