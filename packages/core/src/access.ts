/**
 * Who may do what: one table, and the only functions that lead to a room or a message. Handlers and reads ask here;
 * the preconditions that they commit with say the same again for the moment of the commit.
 */

import { ChatError, type Message, type RoomRole, type Scope, type SiteRole } from '@suda/protocol'
import type { Actor, ActorOf } from './actor.ts'
import type { CommandType } from './commands.ts'
import type { Precondition } from './storage/preconditions.ts'
import type { RoomRecord } from './storage/records.ts'
import type { Reads } from './storage/storage.ts'

export type ReadAction =
  | 'readSite'
  | 'readHealth'
  | 'readMetrics'
  | 'readApi'
  | 'readMe'
  | 'readUsers'
  | 'listRooms'
  | 'readRoom'
  | 'readMembers'
  | 'readMessages'
  | 'readMessage'
  | 'sync'
  | 'readFeed'
  | 'readRoomFeed'
  | 'watchRooms'
  | 'signalTyping'
  | 'readSessions'
  | 'readTokens'
  | 'readInvites'
  | 'previewInvite'
  | 'readAccounts'
  | 'readAudit'

export type Action = CommandType | ReadAction

export interface Rule {
  /** `anyone` needs no sign-in; `system` is the command line alone. */
  readonly who: 'anyone' | 'user' | 'system'
  /** What a token must have been given for it. */
  readonly scope?: Scope
  /** No token, and no session that was made with one, gets here. */
  readonly by?: 'session'
  /** The least site role. */
  readonly site?: SiteRole
  /** The relation to the room concerned, its own or that of the message. */
  readonly room?: 'reader' | 'member' | 'moderator'
  /** The relation to the message concerned. */
  readonly message?: 'author' | 'author or moderator'
}

/** One row an action; a route whose action is not here does not start. */
export const POLICY = {
  readSite: { who: 'anyone' },
  readHealth: { who: 'anyone' },
  readMetrics: { who: 'anyone' },
  readApi: { who: 'anyone' },
  readMe: { who: 'user', scope: 'read' },
  readUsers: { who: 'user', scope: 'read' },
  listRooms: { who: 'user', scope: 'read' },
  readRoom: { who: 'user', scope: 'read', room: 'reader' },
  readMembers: { who: 'user', scope: 'read', room: 'reader' },
  readMessages: { who: 'user', scope: 'read', room: 'reader' },
  readMessage: { who: 'user', scope: 'read', room: 'reader' },
  sync: { who: 'user', scope: 'read' },
  readFeed: { who: 'user', scope: 'read' },
  readRoomFeed: { who: 'user', scope: 'read', room: 'reader' },
  watchRooms: { who: 'user', scope: 'read', room: 'reader' },
  signalTyping: { who: 'user', scope: 'write', room: 'reader' },
  changeMe: { who: 'user', scope: 'write' },
  changeSite: { who: 'user', scope: 'admin', site: 'admin' },
  setUp: { who: 'anyone' },
  signUp: { who: 'anyone' },
  signIn: { who: 'anyone' },
  createUser: { who: 'system' },
  changeUser: { who: 'user', scope: 'admin', site: 'admin' },
  // The own account; for others it asks as `changeUser` does.
  deleteUser: { who: 'user', scope: 'write' },
  readAccounts: { who: 'user', scope: 'admin', site: 'admin' },
  setPassword: { who: 'system' },
  changePassword: { who: 'user', scope: 'write' },
  readTokens: { who: 'user', scope: 'read' },
  createToken: { who: 'user', by: 'session' },
  deleteToken: { who: 'user', scope: 'write' },
  readInvites: { who: 'user', scope: 'read', site: 'member' },
  previewInvite: { who: 'anyone' },
  createInvite: { who: 'user', scope: 'write', site: 'member' },
  deleteInvite: { who: 'user', scope: 'write', site: 'member' },
  acceptInvite: { who: 'user', scope: 'write' },
  readSessions: { who: 'user', scope: 'read' },
  startSession: { who: 'user' },
  renewSession: { who: 'user' },
  endSession: { who: 'user' },
  endSessions: { who: 'user', scope: 'write' },
  readAudit: { who: 'user', scope: 'admin', site: 'admin' },
  createRoom: { who: 'user', scope: 'write', site: 'member' },
  changeRoom: { who: 'user', scope: 'write', room: 'moderator' },
  deleteRoom: { who: 'user', scope: 'write', room: 'moderator' },
  putMember: { who: 'user', scope: 'write', room: 'reader' },
  removeMember: { who: 'user', scope: 'write', room: 'reader' },
  postMessage: { who: 'user', scope: 'write', room: 'reader' },
  editMessage: { who: 'user', scope: 'write', room: 'reader', message: 'author' },
  deleteMessage: { who: 'user', scope: 'write', room: 'reader', message: 'author or moderator' },
  moveRead: { who: 'user', scope: 'write', room: 'member' },
} as const satisfies Record<Action, Rule>

const SITE_RANK: Record<SiteRole, number> = { guest: 0, member: 1, admin: 2, owner: 3 }

export function isSiteRoleAtLeast(role: SiteRole, least: SiteRole): boolean {
  return SITE_RANK[role] >= SITE_RANK[least]
}

/**
 * The part of the table that needs no look at a room. The system may do everything that is a command.
 * @throws ChatError `unauthenticated`, `forbidden`
 */
export function admit(action: Action, actor: Actor | undefined): void {
  const rule: Rule = POLICY[action]
  if (rule.who === 'anyone' || actor?.kind === 'system') return
  if (actor === undefined || actor.kind === 'newcomer') throw new ChatError('unauthenticated')
  if (rule.who === 'system') throw new ChatError('forbidden')
  if (rule.scope !== undefined && actor.scopes?.includes(rule.scope) === false) {
    throw new ChatError('forbidden', `The token lacks the scope “${rule.scope}”.`)
  }
  if (rule.by === 'session' && (actor.sessionId === undefined || actor.tokenId !== undefined)) {
    throw new ChatError('forbidden', 'This needs a session that was begun with a password.')
  }
  if (rule.site !== undefined && !isSiteRoleAtLeast(actor.siteRole, rule.site)) throw new ChatError('forbidden')
}

/** A room that the actor may use for the action, and what must still hold when it commits. */
export interface Admitted extends RoomRecord {
  readonly preconditions: readonly Precondition[]
}

/**
 * The only way to a room.
 * @throws ChatError `not_found` if it is missing or may not be read (the same answer, so nothing leaks); `forbidden`
 */
export async function admitRoom(action: Action, ref: string, actor: Actor, reads: Reads): Promise<Admitted> {
  if (actor.kind === 'newcomer') throw new ChatError('unauthenticated')
  // A slug may have been typed, or come from a file name, with its Hangul taken apart.
  const record = await reads.room(ref.normalize('NFC'), actor.kind === 'system' ? '' : actor.userId)
  if (actor.kind === 'system') {
    if (record === undefined) throw new ChatError('not_found')
    return { ...record, preconditions: [] }
  }
  if (record === undefined || !canRead(record, actor)) throw new ChatError('not_found')
  const rule: Rule = POLICY[action]
  return { ...record, preconditions: relationTo(record, actor, rule.room ?? 'reader') }
}

/**
 * The only way to a message.
 * @throws ChatError as `admitRoom`
 */
export async function admitMessage(
  action: Action,
  messageId: string,
  actor: ActorOf<'user'>,
  reads: Reads,
): Promise<Admitted & { readonly message: Message }> {
  const message = await reads.message(messageId)
  if (message === undefined) throw new ChatError('not_found')
  const admitted = await admitRoom(action, message.roomId, actor, reads)
  const rule: Rule = POLICY[action]
  if (rule.message === undefined || message.authorId === actor.userId) return { ...admitted, message }
  if (rule.message === 'author') throw new ChatError('forbidden')
  return { ...admitted, message, preconditions: relationTo(admitted, actor, 'moderator') }
}

/** Preconditions by which a moderator acts on a room that `admitRoom` gave for less. */
export function asModerator(record: RoomRecord, actor: Actor): readonly Precondition[] {
  return actor.kind === 'user' ? relationTo(record, actor, 'moderator') : []
}

/** Whether the user of whom the record tells may read the room. */
export function canRead({ room }: RoomRecord, actor: Pick<ActorOf<'user'>, 'siteRole'>): boolean {
  return room.my !== undefined || (room.visibility === 'public' && actor.siteRole !== 'guest')
}

/** @throws ChatError `forbidden` */
function relationTo(
  record: RoomRecord,
  actor: ActorOf<'user'>,
  least: 'reader' | 'member' | 'moderator',
): Precondition[] {
  const { userId } = actor
  const roomId = record.room.id
  if (least === 'reader') return [{ kind: 'reader', userId, roomId }]
  const role = record.room.my?.role
  if (role !== undefined && (least === 'member' || role === 'moderator')) {
    const atLeast: RoomRole = least
    return [{ kind: 'roomRole', userId, roomId, atLeast }]
  }
  // Admins moderate every room that they may read; into private rooms their role gives them no way.
  if (least === 'moderator' && isSiteRoleAtLeast(actor.siteRole, 'admin')) {
    return [
      { kind: 'reader', userId, roomId },
      { kind: 'siteRole', userId, atLeast: 'admin' },
    ]
  }
  throw new ChatError('forbidden')
}
