/**
 * Old state + changes = new state, for one reader. Server tests and browsers use this same function (DL8): a change may
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
import { NextState } from './next-state.ts'
import type { State, Window } from './state.ts'

/** @returns the same object if nothing that this state holds was concerned */
export function applyChange(state: State, change: Change): State {
  return applyChanges(state, [change])
}

/**
 * Many at once, in their order: each record of the state is copied once for all of them, so a batch costs little more
 * than one change does.
 * @returns the same object if nothing that this state holds was concerned
 */
export function applyChanges(state: State, changes: readonly Change[]): State {
  const next = new NextState(state)
  for (const change of changes) apply(next, change)
  return next.done()
}

/** A type that is not known, of a newer server, leaves everything as it is. */
function apply(next: NextState, change: Change): void {
  switch (change.type) {
    case 'site.changed':
      if (change.payload.site.revision > next.site.revision) next.site = change.payload.site
      return
    case 'user.created':
    case 'user.changed':
    case 'user.deleted':
      putUsers(next, [change.payload.user])
      putOwnCard(next, change.payload.user)
      return
    case 'profile.changed':
      return putProfile(next, change.payload.user)
    case 'room.created':
    case 'room.changed':
      return putRoomSettings(next, change.payload.room)
    case 'room.deleted':
      if (change.roomId !== undefined) next.dropRoom(change.roomId)
      return
    case 'member.joined':
      return applyMember(next, change, change.payload.memberCount)
    case 'member.changed':
      return applyMember(next, change, undefined)
    case 'member.left':
      return applyMemberLeft(next, change)
    case 'message.posted':
      return applyPosted(next, change)
    case 'message.edited':
      putUsers(next, change.payload.users)
      return putMessage(next, change.payload.message)
    case 'message.deleted':
      return applyDeleted(next, change)
    case 'read.moved':
      return applyReadMoved(next, change)
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

function putUsers(next: NextState, cards: readonly UserCard[]): void {
  for (const card of cards) {
    if (card.revision > (next.users.get(card.id)?.revision ?? 0)) next.users.set(card.id, card)
  }
}

function putOwnCard(next: NextState, card: UserCard): void {
  if (card.id !== next.me.id || card.revision <= next.me.revision || card.deletedAt !== undefined) return
  const { username, displayName, revision } = card
  next.me = { ...next.me, username, displayName, revision }
}

/** It has no revision of its own: in their order, the last one stands. */
function putProfile(next: NextState, user: User): void {
  if (user.id !== next.me.id || user.revision < next.me.revision) return
  next.me = user
  // A guest reads the own rooms alone, and looks at no public ones any more.
  if (user.siteRole !== 'guest') return
  for (const { id, my } of Object.values(next.rooms.all)) if (my === undefined) next.dropRoom(id)
}

function putRoomSettings(next: NextState, room: Room): void {
  const known = next.rooms.get(room.id)
  if (known === undefined || room.revision <= known.revision) return
  if (room.visibility === 'private' && known.my === undefined) return next.dropRoom(room.id)
  const { memberCount, firstSeq, lastSeq, ordinal, lastAt, my } = known
  const counters = { memberCount, firstSeq, lastSeq, ordinal, ...(lastAt !== undefined && { lastAt }) }
  next.rooms.set(room.id, { ...room, ...counters, ...(my !== undefined && { my }) })
}

function applyMember(
  next: NextState,
  change: ChangeOf<'member.joined' | 'member.changed'>,
  memberCount: number | undefined,
): void {
  const room = roomOf(next, change)
  if (room === undefined) return
  const { member, users } = change.payload
  putUsers(next, users)
  const isMe = member.userId === next.me.id
  const my = isMe && room.my !== undefined ? { ...room.my, role: member.role } : room.my
  next.rooms.set(room.id, {
    ...room,
    ...(memberCount !== undefined && { memberCount }),
    ...(my !== undefined && { my }),
  })
  const members = next.members.get(room.id)
  if (members !== undefined) next.members.set(room.id, insertMember(members, member))
}

function applyMemberLeft(next: NextState, change: ChangeOf<'member.left'>): void {
  const room = roomOf(next, change)
  if (room === undefined) return
  if (change.userId === next.me.id) return next.dropRoom(room.id)
  next.rooms.set(room.id, { ...room, memberCount: change.payload.memberCount })
  const members = next.members.get(room.id)
  if (members === undefined) return
  next.members.set(
    room.id,
    members.filter((member) => member.userId !== change.userId),
  )
}

function applyPosted(next: NextState, change: ChangeOf<'message.posted'>): void {
  const { message, room: counters, thread, users } = change.payload
  const room = next.rooms.get(message.roomId)
  if (room === undefined) return
  putUsers(next, users)
  const my = room.my && afterPosting(room.my, change, next.me.id)
  const isNew = counters.lastSeq > room.lastSeq
  next.rooms.set(room.id, { ...room, ...(isNew && counters), ...(my !== undefined && { my }) })
  append(next, message)
  if (thread !== undefined) putThread(next, room.id, thread)
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

function append(next: NextState, message: Message): void {
  const { roomId, threadId } = message
  const windows = next.windows.get(roomId)
  const newest = windows?.at(-1)
  if (windows !== undefined && newest !== undefined && isInMainView(message)) {
    const grown = withNewest(newest, message)
    if (grown !== newest) next.windows.set(roomId, windows.with(windows.length - 1, grown))
  }
  const thread = threadId === undefined ? undefined : next.threads.get(threadId)
  if (thread !== undefined && threadId !== undefined) next.threads.set(threadId, withNewest(thread, message))
}

function withNewest<W extends Window>(window: W, message: Message): W {
  const last = window.messages.at(-1)
  if (window.hasAfter || (last !== undefined && message.seq <= last.seq)) return window
  return { ...window, messages: [...window.messages, message] }
}

function applyDeleted(next: NextState, change: ChangeOf<'message.deleted'>): void {
  const { message, thread, users } = change.payload
  putUsers(next, users)
  putMessage(next, message)
  const room = next.rooms.get(message.roomId)
  if (room === undefined) return
  if (room.my?.unreadMentions.includes(message.seq) === true) {
    const unreadMentions = room.my.unreadMentions.filter((seq) => seq !== message.seq)
    next.rooms.set(room.id, { ...room, my: { ...room.my, unreadMentions } })
  }
  if (thread !== undefined) putThread(next, room.id, thread)
}

function applyReadMoved(next: NextState, change: ChangeOf<'read.moved'>): void {
  const room = roomOf(next, change)
  const { seq, ordinal, revision, unreadMentions } = change.payload
  if (room?.my === undefined || revision <= room.my.readRevision) return
  const my = { ...room.my, readSeq: seq, readOrdinal: ordinal, readRevision: revision, unreadMentions }
  next.rooms.set(room.id, { ...room, my })
}

function putMessage(next: NextState, message: Message): void {
  const { id, revision, roomId, seq, threadId } = message
  const isNewer = (known: Message): boolean => known.id === id && revision > known.revision
  const replaceIn = <W extends Window>(window: W): W => {
    const index = indexOfSeq(window.messages, seq)
    const known = window.messages[index]
    return known === undefined || !isNewer(known)
      ? window
      : { ...window, messages: window.messages.with(index, message) }
  }
  replaceInWindows(next, roomId, replaceIn)
  const thread = threadId === undefined ? undefined : next.threads.get(threadId)
  if (thread !== undefined && threadId !== undefined) next.threads.set(threadId, replaceIn(thread))
}

function putThread(next: NextState, roomId: string, thread: { id: string; count: number; lastAt: string }): void {
  const { id, count, lastAt } = thread
  replaceInWindows(next, roomId, (window) => {
    const index = window.messages.findIndex((message) => message.id === id)
    const root = window.messages[index]
    if (root === undefined) return window
    return { ...window, messages: window.messages.with(index, { ...root, thread: { count, lastAt } }) }
  })
}

function replaceInWindows(next: NextState, roomId: string, replace: (window: Window) => Window): void {
  const windows = next.windows.get(roomId)
  if (windows === undefined) return
  const replaced = windows.map(replace)
  if (replaced.some((window, index) => window !== windows[index])) next.windows.set(roomId, replaced)
}

/** @returns -1 if there is none */
function indexOfSeq(messages: readonly Message[], seq: number): number {
  let [low, high] = [0, messages.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = messages[middle]?.seq ?? 0
    if (found === seq) return middle
    if (found < seq) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function insertMember(members: readonly Member[], member: Member): readonly Member[] {
  const others = members.filter((other) => other.userId !== member.userId)
  return [...others, member].sort((a, b) => (a.userId < b.userId ? -1 : 1))
}

function roomOf(next: NextState, { roomId }: Change): Room | undefined {
  return roomId === undefined ? undefined : next.rooms.get(roomId)
}
