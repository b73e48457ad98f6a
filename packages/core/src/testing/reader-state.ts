/** The state of one reader, read anew: a snapshot, and the windows and member lists that the reader has open. */

import type { Member, Room, State, UserCard, Window } from '@suda/protocol'
import type { Storage } from '../storage/storage.ts'

/** What a reader has loaded of the rooms. */
export interface View {
  readonly name: string
  /** Which part of each room's messages: the newest, the oldest one alone (more come after it), or nothing. */
  readonly window: 'newest' | 'oldest' | 'none'
  readonly hasMembers: boolean
  /** Looks at these rooms without being a member. */
  readonly looksAt: readonly string[]
}

/** @returns undefined if the user is not active */
export async function readState(storage: Storage, userId: string, view: View): Promise<State | undefined> {
  const snapshot = await storage.snapshot(userId, {})
  if (snapshot === undefined) return undefined
  const looked = await storage.snapshot(userId, { roomIds: view.looksAt })
  const rooms = byId([...snapshot.rooms, ...(looked?.rooms ?? [])])
  const state = {
    me: snapshot.me,
    site: snapshot.site,
    rooms,
    users: byId(snapshot.users),
    windows: {},
    threads: {},
    members: {},
  }
  return withLists(storage, state, async () => ({
    ...(view.window !== 'none' && { window: firstWindow(view.window) }),
    members: view.hasMembers,
  }))
}

/** The same rooms, windows and lists as the state has, as they are now. */
export async function readAgain(storage: Storage, state: State, looksAt: readonly string[]): Promise<State> {
  const fresh = await readState(storage, state.me.id, { name: '', window: 'none', hasMembers: false, looksAt })
  if (fresh === undefined) throw new Error('the reader is not active any more')
  return withLists(storage, fresh, async ({ id }) => ({
    ...(state.windows[id]?.[0] !== undefined && { window: sameWindow(state.windows[id][0]) }),
    members: state.members[id] !== undefined,
  }))
}

type Bounds = { readonly limit: number; readonly after?: number }
interface Lists {
  readonly window?: Bounds
  readonly members: boolean
}

async function withLists(storage: Storage, state: State, listsOf: (room: Room) => Promise<Lists>): Promise<State> {
  let next = state
  for (const room of Object.values(state.rooms)) {
    const { window, members } = await listsOf(room)
    if (window !== undefined) next = withWindow(next, room.id, await storage.messages(room.id, window))
    if (members) next = await withMembers(storage, next, room.id)
  }
  return next
}

function firstWindow(window: 'newest' | 'oldest'): Bounds {
  return window === 'newest' ? { limit: 50 } : { after: 0, limit: 1 }
}

/** As many messages as the window has: one that has lost or gained some by mistake differs. */
function sameWindow({ messages, hasAfter }: Window): Bounds {
  const limit = Math.max(1, messages.length)
  const [first] = messages
  return hasAfter && first !== undefined ? { after: first.seq - 1, limit } : { limit }
}

function withWindow(state: State, roomId: string, page: Window & { readonly users: readonly UserCard[] }): State {
  const { messages, hasBefore, hasAfter, users } = page
  return {
    ...state,
    users: { ...state.users, ...byId(users) },
    windows: { ...state.windows, [roomId]: [{ messages, hasBefore, hasAfter }] },
  }
}

async function withMembers(storage: Storage, state: State, roomId: string): Promise<State> {
  const members: Member[] = []
  let users = state.users
  let after: string | undefined
  do {
    const page = await storage.members(roomId, { limit: 200, ...(after !== undefined && { after }) })
    members.push(...page.members)
    users = { ...users, ...byId(page.users) }
    after = page.more
  } while (after !== undefined)
  return { ...state, users, members: { ...state.members, [roomId]: members } }
}

function byId<T extends { readonly id: string }>(all: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(all.map((one) => [one.id, one]))
}
