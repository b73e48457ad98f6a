/** A state in the making: each record is copied once, however many changes are applied, and the old state stays as it is. */

import type { Member, Room, User, UserCard, Site } from './entities.ts'
import type { State, ThreadWindow, Window } from './state.ts'

export class NextState {
  readonly #old: State
  me: User
  site: Site
  readonly rooms: NextRecord<Room>
  readonly users: NextRecord<UserCard>
  readonly windows: NextRecord<readonly Window[]>
  readonly threads: NextRecord<ThreadWindow>
  readonly members: NextRecord<readonly Member[]>

  constructor(old: State) {
    this.#old = old
    this.me = old.me
    this.site = old.site
    this.rooms = new NextRecord(old.rooms)
    this.users = new NextRecord(old.users)
    this.windows = new NextRecord(old.windows)
    this.threads = new NextRecord(old.threads)
    this.members = new NextRecord(old.members)
  }

  dropRoom(roomId: string): void {
    if (this.rooms.get(roomId) === undefined) return
    this.rooms.delete(roomId)
    this.windows.delete(roomId)
    this.members.delete(roomId)
    for (const [rootId, thread] of Object.entries(this.threads.all)) {
      if (thread.roomId === roomId) this.threads.delete(rootId)
    }
  }

  /** @returns the old one if nothing is another */
  done(): State {
    const { me, site, rooms, users, windows, threads, members } = this
    const isOld =
      me === this.#old.me && site === this.#old.site && ![rooms, users, windows, threads, members].some(isCopied)
    if (isOld) return this.#old
    return {
      me,
      site,
      rooms: rooms.all,
      users: users.all,
      windows: windows.all,
      threads: threads.all,
      members: members.all,
    }
  }
}

class NextRecord<T> {
  #all: Readonly<Record<string, T>>
  #copy: Record<string, T> | undefined

  constructor(old: Readonly<Record<string, T>>) {
    this.#all = old
  }

  get all(): Readonly<Record<string, T>> {
    return this.#all
  }

  get isCopied(): boolean {
    return this.#copy !== undefined
  }

  get(key: string): T | undefined {
    return this.#all[key]
  }

  set(key: string, value: T): void {
    if (this.#all[key] !== value) this.#own()[key] = value
  }

  delete(key: string): void {
    if (this.#all[key] === undefined) return
    delete this.#own()[key]
  }

  #own(): Record<string, T> {
    if (this.#copy === undefined) {
      this.#copy = { ...this.#all }
      this.#all = this.#copy
    }
    return this.#copy
  }
}

function isCopied({ isCopied: answer }: { readonly isCopied: boolean }): boolean {
  return answer
}
