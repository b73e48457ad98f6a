/**
 * Old state + change = new state, for one reader. Server tests and browsers use this same function (DL8): a change may
 * come twice, and state may be newer than the cursor it was labelled with, so everything here sets absolutes.
 */

import type { Change, ChangeOf } from './changes.ts'
import {
  isInMainView,
  movesReadPosition,
  type Member,
  type Message,
  type MyMembership,
  type Room,
  type User,
  type UserCard,
} from './entities.ts'
import type { State, Window } from './state.ts'

/** @returns the same object if nothing that this state holds was concerned */
export function applyChange(state: State, change: Change): State {
  switch (change.type) {
    case 'site.changed':
      return change.payload.site.revision > state.site.revision ? { ...state, site: change.payload.site } : state
    case 'user.created':
    case 'user.changed':
    case 'user.deleted':
      return withOwnCard(withUsers(state, [change.payload.user]), change.payload.user)
    case 'profile.changed':
      return withProfile(state, change.payload.user)
    case 'room.created':
    case 'room.changed':
      return withRoomSettings(state, change.payload.room)
    case 'room.deleted':
      return withoutRoom(state, change.roomId)
    case 'member.joined':
      return applyMember(state, change, change.payload.memberCount)
    case 'member.changed':
      return applyMember(state, change, undefined)
    case 'member.left':
      return applyMemberLeft(state, change)
    case 'message.posted':
      return applyPosted(state, change)
    case 'message.edited':
      return withMessage(withUsers(state, change.payload.users), change.payload.message)
    case 'message.deleted':
      return applyDeleted(state, change)
    case 'read.moved':
      return applyReadMoved(state, change)
    case 'password.changed':
    case 'session.started':
    case 'session.renewed':
    case 'session.ended':
    case 'token.created':
    case 'token.deleted':
    case 'invite.created':
    case 'invite.used':
    case 'invite.deleted':
    case 'void':
      return state
  }
}

/**
 * Whether the reader becomes a member by this change. It tells nothing of the room, so the room must be loaded anew
 * and what comes of it meanwhile be held back (`GET /api/sync?rooms=`). Ask before applying.
 */
export function joinsRoom(state: State, change: Change): boolean {
  if (change.type !== 'member.joined' || change.roomId === undefined) return false
  return change.payload.member.userId === state.me.id && state.rooms[change.roomId]?.my === undefined
}

function withUsers(state: State, cards: readonly UserCard[]): State {
  const newer = cards.filter((card) => card.revision > (state.users[card.id]?.revision ?? 0))
  if (newer.length === 0) return state
  return { ...state, users: { ...state.users, ...Object.fromEntries(newer.map((card) => [card.id, card])) } }
}

function withOwnCard(state: State, card: UserCard): State {
  if (card.id !== state.me.id || card.revision <= state.me.revision || card.deletedAt !== undefined) return state
  const { username, displayName, revision } = card
  return { ...state, me: { ...state.me, username, displayName, revision } }
}

/** It has no revision of its own: in their order, the last one stands. */
function withProfile(state: State, user: User): State {
  if (user.id !== state.me.id || user.revision < state.me.revision) return state
  return { ...(user.siteRole === 'guest' ? withOwnRooms(state) : state), me: user }
}

/** A guest reads the own rooms alone, and looks at no public ones any more. */
function withOwnRooms(state: State): State {
  const others = Object.values(state.rooms).filter(({ my }) => my === undefined)
  return others.reduce((next, { id }) => withoutRoom(next, id), state)
}

function withRoomSettings(state: State, room: Room): State {
  const known = state.rooms[room.id]
  if (known === undefined || room.revision <= known.revision) return state
  if (room.visibility === 'private' && known.my === undefined) return withoutRoom(state, room.id)
  const { memberCount, firstSeq, lastSeq, ordinal, lastAt, my } = known
  const counters = { memberCount, firstSeq, lastSeq, ordinal, ...(lastAt !== undefined && { lastAt }) }
  return withRoom(state, { ...room, ...counters, ...(my !== undefined && { my }) })
}

function applyMember(
  state: State,
  change: ChangeOf<'member.joined' | 'member.changed'>,
  memberCount: number | undefined,
): State {
  const room = change.roomId === undefined ? undefined : state.rooms[change.roomId]
  if (room === undefined) return state
  const { member, users } = change.payload
  const isMe = member.userId === state.me.id
  const my = isMe && room.my !== undefined ? { ...room.my, role: member.role } : room.my
  const next = withRoom(withUsers(state, users), {
    ...room,
    ...(memberCount !== undefined && { memberCount }),
    ...(my !== undefined && { my }),
  })
  return withMembers(next, room.id, (members) => insertMember(members, member))
}

function applyMemberLeft(state: State, change: ChangeOf<'member.left'>): State {
  const room = change.roomId === undefined ? undefined : state.rooms[change.roomId]
  if (room === undefined) return state
  if (change.userId === state.me.id) return withoutRoom(state, room.id)
  const next = withRoom(state, { ...room, memberCount: change.payload.memberCount })
  return withMembers(next, room.id, (members) => members.filter((member) => member.userId !== change.userId))
}

function applyPosted(state: State, change: ChangeOf<'message.posted'>): State {
  const { message, room: counters, thread, users } = change.payload
  const room = state.rooms[message.roomId]
  if (room === undefined) return state
  const isNew = counters.lastSeq > room.lastSeq
  const my = room.my && afterPosting(room.my, change, state.me.id)
  const next = withRoom(withUsers(state, users), {
    ...room,
    ...(isNew && counters),
    ...(my !== undefined && { my }),
  })
  const appended = withWindow(next, room.id, (window) => append(window, message))
  return thread === undefined ? appended : withThread(appended, room.id, thread)
}

/** The author has read the room up to the own message; others may have been mentioned. */
function afterPosting(my: MyMembership, change: ChangeOf<'message.posted'>, me: string): MyMembership {
  const { message, mentioned } = change.payload
  if (message.seq <= my.readSeq) return my
  if (message.authorId === me) {
    if (!movesReadPosition(message.via) || change.position <= my.readRevision) return my
    const unreadMentions = my.unreadMentions.filter((seq) => seq > message.seq)
    return { ...my, readSeq: message.seq, readOrdinal: message.ordinal, readRevision: change.position, unreadMentions }
  }
  const isMentioned = mentioned.room || mentioned.userIds.includes(me)
  if (!isMentioned || message.deletedAt !== undefined || my.unreadMentions.includes(message.seq)) return my
  return { ...my, unreadMentions: [...my.unreadMentions, message.seq].sort((a, b) => a - b) }
}

function append(window: Window, message: Message): Window {
  const last = window.messages.at(-1)
  if (window.hasAfter || !isInMainView(message) || (last !== undefined && message.seq <= last.seq)) return window
  return { ...window, messages: [...window.messages, message] }
}

function applyDeleted(state: State, change: ChangeOf<'message.deleted'>): State {
  const { message, thread, users } = change.payload
  const next = withMessage(withUsers(state, users), message)
  const room = next.rooms[message.roomId]
  if (room === undefined) return next
  const my = room.my && { ...room.my, unreadMentions: room.my.unreadMentions.filter((seq) => seq !== message.seq) }
  const counted = my === undefined ? next : withRoom(next, { ...room, my })
  return thread === undefined ? counted : withThread(counted, room.id, thread)
}

function applyReadMoved(state: State, change: ChangeOf<'read.moved'>): State {
  const room = change.roomId === undefined ? undefined : state.rooms[change.roomId]
  const { seq, ordinal, revision, unreadMentions } = change.payload
  if (room?.my === undefined || revision <= room.my.readRevision) return state
  const my = { ...room.my, readSeq: seq, readOrdinal: ordinal, readRevision: revision, unreadMentions }
  return withRoom(state, { ...room, my })
}

function withMessage(state: State, message: Message): State {
  return withWindow(state, message.roomId, (window) => replace(window, message.id, message.revision, () => message))
}

function withThread(state: State, roomId: string, thread: { id: string; count: number; lastAt: string }): State {
  const { id, count, lastAt } = thread
  return withWindow(state, roomId, (window) =>
    replace(window, id, Infinity, (root) => ({ ...root, thread: { count, lastAt } })),
  )
}

function replace(window: Window, id: string, revision: number, next: (message: Message) => Message): Window {
  const index = window.messages.findIndex((message) => message.id === id)
  const known = window.messages[index]
  if (known === undefined || revision <= known.revision) return window
  return { ...window, messages: window.messages.with(index, next(known)) }
}

function insertMember(members: readonly Member[], member: Member): readonly Member[] {
  const others = members.filter((other) => other.userId !== member.userId)
  return [...others, member].sort((a, b) => (a.userId < b.userId ? -1 : 1))
}

function withRoom(state: State, room: Room): State {
  return { ...state, rooms: { ...state.rooms, [room.id]: room } }
}

function withWindow(state: State, roomId: string, update: (window: Window) => Window): State {
  const window = state.windows[roomId]
  if (window === undefined) return state
  const next = update(window)
  return next === window ? state : { ...state, windows: { ...state.windows, [roomId]: next } }
}

function withMembers(state: State, roomId: string, update: (members: readonly Member[]) => readonly Member[]): State {
  const members = state.members[roomId]
  if (members === undefined) return state
  return { ...state, members: { ...state.members, [roomId]: update(members) } }
}

function withoutRoom(state: State, roomId: string | undefined): State {
  if (roomId === undefined || state.rooms[roomId] === undefined) return state
  return {
    ...state,
    rooms: without(state.rooms, roomId),
    windows: without(state.windows, roomId),
    members: without(state.members, roomId),
  }
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _gone, ...rest } = record
  return rest
}
