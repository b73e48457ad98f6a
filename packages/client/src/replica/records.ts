/** Small things with the records of a state. */

import type { State, UserCard } from '@suda/protocol'

export function byId<T extends { readonly id: string }>(all: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(all.map((one) => [one.id, one]))
}

export function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _gone, ...rest } = record
  return rest
}

export function withUsers(state: State, cards: readonly UserCard[]): State {
  const newer = cards.filter(({ id, revision }) => revision > (state.users[id]?.revision ?? 0))
  return newer.length === 0 ? state : { ...state, users: { ...state.users, ...byId(newer) } }
}

/** The room without its windows, threads and members. */
export function withoutLists(state: State, roomId: string): State {
  const threads = Object.entries(state.threads).filter(([, thread]) => thread.roomId !== roomId)
  return {
    ...state,
    windows: without(state.windows, roomId),
    members: without(state.members, roomId),
    threads: Object.fromEntries(threads),
  }
}
