/** Loads what the replica needs and what is looked at: the snapshot, rooms anew, pages of messages, threads, members. */

import {
  ChatError,
  type Member,
  type Message,
  type State,
  type SyncAnswer,
  type UserCard,
  type Window,
} from '@suda/protocol'
import type { Api } from '../api/api.ts'
import { withoutLists, withUsers } from './records.ts'
import type { Replica } from './replica.ts'
import { insertPage, type Asked } from './windows.ts'

/** Ids in one request: more would not fit into what a server takes of headers. */
const ROOMS_AT_ONCE = 100
const PAGE = 50

export interface LoaderParts {
  readonly api: Api
  readonly replica: Replica
  /** The state is another one. */
  readonly onChange: () => void
}

/** What of one room is loaded beside the room itself. */
interface Lists {
  readonly windows?: readonly Window[]
  readonly threads: State['threads']
  readonly members?: readonly Member[]
  readonly users: readonly UserCard[]
}

export class Loader {
  readonly #parts: LoaderParts
  /** How many look at each room. */
  readonly #lookers = new Map<string, number>()
  readonly #running = new Map<string, Promise<void>>()

  constructor(parts: LoaderParts) {
    this.#parts = parts
  }

  /** Rooms that are looked at, whose lists are therefore kept and loaded anew. */
  isOpen(roomId: string): boolean {
    return this.#lookers.has(roomId)
  }

  /** As long as it is open its newest messages are loaded anew with it, also after it was lost. @returns what ends it */
  open(roomId: string): () => void {
    this.#lookers.set(roomId, (this.#lookers.get(roomId) ?? 0) + 1)
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      const left = (this.#lookers.get(roomId) ?? 1) - 1
      if (left === 0) this.#lookers.delete(roomId)
      else this.#lookers.set(roomId, left)
    }
  }

  /**
   * Everything anew, with the lists of the rooms that are looked at, all put in the place of the old at once.
   * @throws ChatError
   */
  async snapshot(signal: AbortSignal): Promise<void> {
    const pages = await this.#syncPages(signal)
    const isThere = new Set(pages.flatMap(({ rooms }) => rooms.map(({ id }) => id)))
    const open = [...this.#lookers.keys()].filter((roomId) => isThere.has(roomId))
    const lists = await Promise.all(open.map(async (roomId) => [roomId, await this.#listsOf(roomId)] as const))
    signal.throwIfAborted()
    this.#parts.replica.begin(pages)
    for (const [roomId, list] of lists) this.#parts.replica.change((state) => withLists(state, roomId, list))
    this.#parts.onChange()
  }

  /**
   * All rooms that are stale, until none is.
   * @throws ChatError; they stay stale then
   */
  async refreshRooms(): Promise<void> {
    const { replica } = this.#parts
    let isSameLog = true
    for (let roomIds = replica.stale; isSameLog && roomIds.length > 0; roomIds = replica.stale) {
      isSameLog = await this.#refresh(roomIds.slice(0, ROOMS_AT_ONCE))
    }
  }

  /** @throws ChatError `not_found` for a room that cannot be read */
  page(roomId: string, asked: Asked = {}): Promise<void> {
    return this.#once(`page ${roomId} ${JSON.stringify(asked)}`, () =>
      this.#load(roomId, async () => {
        const page = await this.#page(roomId, asked)
        return (state) => {
          const windows = insertPage(state.windows[roomId] ?? [], page, asked)
          return { ...withUsers(state, page.users), windows: { ...state.windows, [roomId]: windows } }
        }
      }),
    )
  }

  /** The newest replies, or those before the ones that are loaded. @throws ChatError */
  thread(root: Pick<Message, 'id' | 'roomId'>, asked: Pick<Asked, 'before' | 'after'> = {}): Promise<void> {
    return this.#once(`thread ${root.id} ${JSON.stringify(asked)}`, () =>
      this.#load(root.roomId, async () => {
        const page = await this.#thread(root.id, asked)
        return (state) => {
          const known = state.threads[root.id]
          const [thread] = insertPage(known === undefined ? [] : [known], page, asked).slice(-1)
          if (thread === undefined) return state
          const threads = { ...state.threads, [root.id]: { ...thread, roomId: root.roomId } }
          return { ...withUsers(state, page.users), threads }
        }
      }),
    )
  }

  /** The whole list. @throws ChatError */
  members(roomId: string): Promise<void> {
    return this.#once(`members ${roomId}`, () =>
      this.#load(roomId, async () => {
        const { members, users } = await this.#members(roomId)
        return (state) => ({ ...withUsers(state, users), members: { ...state.members, [roomId]: members } })
      }),
    )
  }

  /** The same that is running already is not begun a second time. */
  #once(key: string, run: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const promise = run().finally(() => this.#running.delete(key))
    this.#running.set(key, promise)
    return promise
  }

  /** Changes go on while it loads: they come on top, and where the room was loaded anew it is asked again. */
  async #load(roomId: string, ask: () => Promise<(state: State) => State>): Promise<void> {
    const { replica, onChange } = this.#parts
    for (let isIn = false; !isIn;) {
      const load = replica.beginLoad(roomId)
      try {
        const insert = await ask()
        isIn = replica.put(load, insert) || replica.state === undefined
      } finally {
        replica.endLoad(load)
      }
    }
    onChange()
  }

  /** @returns false for an answer of another log: the feed will say that everything must be loaded anew */
  async #refresh(roomIds: readonly string[]): Promise<boolean> {
    const { api, replica, onChange } = this.#parts
    replica.beginRooms(roomIds)
    try {
      const answer = await api.call('GET /api/sync', { query: { rooms: roomIds.join(',') } })
      if (!replica.putRooms(roomIds, answer)) return false
    } finally {
      replica.giveUpRooms(roomIds)
    }
    onChange()
    await Promise.all(roomIds.map((roomId) => this.#refreshLists(roomId)))
    return true
  }

  async #refreshLists(roomId: string): Promise<void> {
    const { replica } = this.#parts
    if (!replica.isOutdated(roomId)) return
    if (!this.isOpen(roomId)) return replica.forgetLists(roomId)
    await this.#load(roomId, async () => {
      const lists = await this.#listsOf(roomId)
      return (state) => withLists(state, roomId, lists)
    })
    replica.trustLists(roomId)
  }

  async #syncPages(signal: AbortSignal): Promise<SyncAnswer[]> {
    const pages: SyncAnswer[] = []
    let after: string | undefined
    do {
      const query = after === undefined ? {} : { after }
      const page = await this.#parts.api.call('GET /api/sync', { query, signal })
      pages.push(page)
      after = page.more
    } while (after !== undefined)
    return pages
  }

  /**
   * The same lists as are loaded now, as they stand on the server, the newest messages at least; none of a room that was
   * lost meanwhile.
   */
  async #listsOf(roomId: string): Promise<Lists> {
    try {
      return await this.#readLists(roomId)
    } catch (error) {
      if (error instanceof ChatError && error.code === 'not_found') return { threads: {}, users: [] }
      throw error
    }
  }

  async #readLists(roomId: string): Promise<Lists> {
    const { state } = this.#parts.replica
    const known = state?.windows[roomId] ?? []
    const threads = Object.entries(state?.threads ?? {}).filter(([, thread]) => thread.roomId === roomId)
    const pages = await Promise.all(
      known.length > 0 ? known.map((window) => this.#sameWindow(roomId, window)) : [this.#newest(roomId)],
    )
    const replies = await Promise.all(threads.map(async ([id]) => [id, await this.#thread(id, {})] as const))
    const members = state?.members[roomId] === undefined ? undefined : await this.#members(roomId)
    return {
      windows: pages.reduce<readonly Window[]>((all, [page, asked]) => insertPage(all, page, asked), []),
      threads: Object.fromEntries(
        replies.map(([id, { messages, hasBefore, hasAfter }]) => [id, { roomId, messages, hasBefore, hasAfter }]),
      ),
      ...(members !== undefined && { members: members.members }),
      users: [...pages.flatMap(([page]) => page.users), ...replies.flatMap(([, { users }]) => users)].concat(
        members?.users ?? [],
      ),
    }
  }

  async #sameWindow(roomId: string, { messages, hasAfter }: Window) {
    const middle = messages[Math.floor(messages.length / 2)]
    if (!hasAfter || middle === undefined) return this.#newest(roomId)
    const asked: Asked = { around: middle.seq }
    return [await this.#page(roomId, asked), asked] as const
  }

  async #newest(roomId: string) {
    return [await this.#page(roomId, {}), {}] as const
  }

  #page(roomId: string, asked: Asked) {
    const query = { ...asked, limit: PAGE }
    return this.#parts.api.call('GET /api/rooms/{room}/messages', { path: { room: roomId }, query })
  }

  #thread(id: string, asked: Pick<Asked, 'before' | 'after'>) {
    const query = { ...asked, limit: PAGE }
    return this.#parts.api.call('GET /api/messages/{message}/thread', { path: { message: id }, query })
  }

  async #members(roomId: string): Promise<{ members: Member[]; users: UserCard[] }> {
    const all: { members: Member[]; users: UserCard[] } = { members: [], users: [] }
    let after: string | undefined
    do {
      const query = { limit: 200, ...(after !== undefined && { after }) }
      const page = await this.#parts.api.call('GET /api/rooms/{room}/members', { path: { room: roomId }, query })
      all.members.push(...page.members)
      all.users.push(...page.users)
      after = page.more
    } while (after !== undefined)
    return all
  }
}

function withLists(state: State, roomId: string, { windows, threads, members, users }: Lists): State {
  const rest = withoutLists(withUsers(state, users), roomId)
  return {
    ...rest,
    ...(windows !== undefined && { windows: { ...rest.windows, [roomId]: windows } }),
    threads: { ...rest.threads, ...threads },
    ...(members !== undefined && { members: { ...rest.members, [roomId]: members } }),
  }
}
