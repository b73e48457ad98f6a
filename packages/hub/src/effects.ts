/** Changes that decide who may read what, from the moment they are applied (DL5). */

import type { ChangeOf, CommittedChange } from '@suda/protocol'

export type Effect =
  | { readonly kind: 'joined' | 'left'; readonly roomId: string; readonly userId: string }
  | { readonly kind: 'visibility'; readonly roomId: string; readonly isPublic: boolean }
  | { readonly kind: 'roomDeleted'; readonly roomId: string }
  | { readonly kind: 'sessionEnded'; readonly sessionId: string }
  | { readonly kind: 'tokenDeleted'; readonly tokenId: string }
  | { readonly kind: 'user'; readonly userId: string; readonly isActive: boolean; readonly isGuest?: boolean }

/** Most changes have none, and their JSON is not looked into. */
export function effectOf(change: CommittedChange): Effect | undefined {
  switch (change.type) {
    case 'member.joined':
      return membership('joined', change)
    case 'member.left':
      return membership('left', change)
    case 'room.created':
    case 'room.changed':
      return visibility(change)
    case 'room.deleted':
      return change.roomId === undefined ? undefined : { kind: 'roomDeleted', roomId: change.roomId }
    case 'session.ended':
      return { kind: 'sessionEnded', sessionId: parse<'session.ended'>(change).payload.sessionId }
    case 'token.deleted':
      return { kind: 'tokenDeleted', tokenId: parse<'token.deleted'>(change).payload.tokenId }
    case 'user.deleted':
      return change.userId === undefined ? undefined : { kind: 'user', userId: change.userId, isActive: false }
    case 'profile.changed':
      return standing(change)
    case 'member.changed':
    case 'message.deleted':
    case 'message.edited':
    case 'message.posted':
    case 'password.changed':
    case 'read.moved':
    case 'invite.created':
    case 'invite.deleted':
    case 'invite.used':
    case 'session.renewed':
    case 'session.started':
    case 'site.changed':
    case 'token.created':
    case 'user.changed':
    case 'user.created':
    case 'void':
      return undefined
  }
}

function membership(kind: 'joined' | 'left', { roomId, userId }: CommittedChange): Effect | undefined {
  return roomId === undefined || userId === undefined ? undefined : { kind, roomId, userId }
}

function visibility(change: CommittedChange): Effect {
  const { room } = parse<'room.created' | 'room.changed'>(change).payload
  return { kind: 'visibility', roomId: room.id, isPublic: room.visibility === 'public' }
}

function standing(change: CommittedChange): Effect {
  const { user } = parse<'profile.changed'>(change).payload
  const isActive = user.deletedAt === undefined && user.suspendedAt === undefined
  return { kind: 'user', userId: user.id, isActive, isGuest: user.siteRole === 'guest' }
}

/** Storage wrote this JSON through `encodeChange`, so it is what its type says. */
function parse<Type extends CommittedChange['type']>(change: CommittedChange): ChangeOf<Type> {
  const parsed: ChangeOf<Type> = JSON.parse(change.json)
  return parsed
}
