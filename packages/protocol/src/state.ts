/** What one reader knows: the answer of `/api/sync` and the windows and lists loaded since. */

import type { Member, Message, Room, Site, User, UserCard } from './entities.ts'

/** A gapless part of a room's main view, ascending by seq. */
export interface Window {
  readonly messages: readonly Message[]
  readonly hasBefore: boolean
  readonly hasAfter: boolean
}

/** A gapless part of the replies below a message. */
export interface ThreadWindow extends Window {
  readonly roomId: string
}

export interface State {
  readonly me: User
  readonly site: Site
  /** Rooms the reader is a member of (with `my`), and those looked at without joining. */
  readonly rooms: Readonly<Record<string, Room>>
  readonly users: Readonly<Record<string, UserCard>>
  /** Of each room the loaded parts of its main view: disjoint, ascending. */
  readonly windows: Readonly<Record<string, readonly Window[]>>
  /** Loaded threads by the id of their root: a part of the replies, the root not among them. */
  readonly threads: Readonly<Record<string, ThreadWindow>>
  /** Member lists that were loaded, whole, ascending by user id. */
  readonly members: Readonly<Record<string, readonly Member[]>>
}
