/** Follows the feed: takes what it tells into the replica and has loaded what must be loaded anew. */

import {
  applyChange,
  ChatError,
  type Change,
  type Message,
  type Reset,
  type Signal,
  type State,
  type Window,
} from '@suda/protocol'
import type { Api } from '../api/api.ts'
import { retryPauseMs } from '../api/pause.ts'
import type { FeedEvent } from '../feed/feed-event.ts'
import type { Platform } from '../platform.ts'
import { Loader } from './loader.ts'
import { Replica, type SavedReplica } from './replica.ts'
import { trimWindows } from './windows.ts'

/** Changes that come faster than a screen shows them are applied together. */
const FRAME_MS = 16
/** Of messages of one room that nobody looks at, and that somebody does. */
const KEPT = { closed: 200, open: 2_000 } as const
/** Everybody is reset at the same time; who is not looked at can wait. */
const SPREAD_MS = 3_000

export interface FollowerParts {
  readonly api: Api
  readonly platform: Platform
  readonly onChange: () => void
  readonly onApplied: (change: Change) => void
  /** A snapshot is in: the feed is to be opened at its cursor. */
  readonly onSnapshot: () => void
}

type Told = { readonly change: Change; readonly cursor: string }

export class Follower {
  readonly loader: Loader
  readonly #parts: FollowerParts
  readonly #replica = new Replica()
  readonly #typing = new Map<string, Map<string, () => void>>()
  #queue: Told[] = []
  #cancelFlush: (() => void) | undefined
  #flushedAt = -Infinity
  #stopping = new AbortController()
  #attempts = 0
  #isReloading = false
  typing: Readonly<Record<string, readonly string[]>> = {}

  constructor(parts: FollowerParts) {
    this.#parts = parts
    this.loader = new Loader({ api: parts.api, replica: this.#replica, onChange: parts.onChange })
  }

  get state(): State | undefined {
    return this.#replica.state
  }

  /** Up to which everything was applied; undefined while a snapshot is due. */
  get cursor(): string | undefined {
    return this.#replica.cursor
  }

  /** @throws ChatError */
  async start(): Promise<void> {
    this.#stopping = new AbortController()
    await this.loader.snapshot(this.#stopping.signal)
  }

  /** What there is to be kept for the next visit. */
  save(): SavedReplica | undefined {
    return this.#replica.save()
  }

  /** Goes on from what an earlier visit kept, in the place of `start`. */
  restore(saved: SavedReplica): void {
    this.#stopping = new AbortController()
    this.#replica.restore(saved)
    this.#parts.onChange()
    this.#reloadStale()
  }

  stop(): void {
    this.#stopping.abort()
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
  }

  /** Nobody is signed in any more: nothing of the chat stays. */
  clear(): void {
    this.stop()
    this.#queue = []
    this.#replica.clear()
    this.#parts.onChange()
  }

  open(roomId: string): () => void {
    return this.loader.open(roomId)
  }

  take(event: FeedEvent): void {
    switch (event.kind) {
      case 'change':
        this.#queue.push(event)
        return this.#flushSoon()
      case 'heartbeat':
        this.#flush()
        this.#replica.arriveAt(event.cursor)
        this.#parts.onChange()
        return this.#reloadStale()
      case 'reset':
        this.#flush()
        return this.#reset(event.reset)
      case 'signal':
        return this.#signal(event.signal)
      case 'hello':
      case 'bye':
    }
  }

  /** As the server answered it; the feed tells it as well, before or after. */
  putMessage(message: Message): void {
    const change = {
      position: 0,
      at: message.createdAt,
      type: 'message.edited',
      payload: { message, users: [] },
    } as const
    this.#replica.change((state) => applyChange(state, change))
    this.#parts.onChange()
  }

  reloadRoom(roomId: string): void {
    this.#replica.markStale(roomId)
    void this.#reloadRooms()
  }

  #flushSoon(): void {
    if (this.#cancelFlush !== undefined) return
    const { platform } = this.#parts
    const waitMs = this.#flushedAt + FRAME_MS - platform.now()
    // Timers of hidden pages come late, and there is no frame to be dropped.
    if (waitMs <= 0 || !platform.isVisible()) this.#flush()
    else this.#cancelFlush = platform.after(waitMs, () => this.#flush())
  }

  #flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    if (this.#queue.length === 0) return
    const told = this.#queue
    this.#queue = []
    this.#flushedAt = this.#parts.platform.now()
    const changes = this.#replica.take(told)
    this.#trim(changes)
    this.#parts.onChange()
    for (const change of changes) this.#applied(change)
    this.#reloadStale()
  }

  #reloadStale(): void {
    if (this.#replica.stale.length > 0) void this.#reloadRooms()
  }

  #applied(change: Change): void {
    if (change.type === 'message.posted')
      this.#endTyping(change.payload.message.roomId, change.payload.message.authorId)
    this.#parts.onApplied(change)
  }

  /** Live rooms grow for ever otherwise. */
  #trim(changes: readonly Change[]): void {
    const trimmed: Record<string, readonly Window[]> = {}
    for (const roomId of new Set(changes.map((change) => change.roomId ?? ''))) {
      const windows = this.state?.windows[roomId]
      if (windows === undefined) continue
      const left = trimWindows(windows, this.loader.isOpen(roomId) ? KEPT.open : KEPT.closed, 'newest')
      if (left !== windows) trimmed[roomId] = left
    }
    if (Object.keys(trimmed).length === 0) return
    this.#replica.change((state) => ({ ...state, windows: { ...state.windows, ...trimmed } }))
  }

  #reset(reset: Reset): void {
    if (reset.scope === 'room') return this.reloadRoom(reset.roomId)
    this.#replica.suspend()
    const { platform } = this.#parts
    const spreadMs = platform.isVisible() ? 0 : SPREAD_MS * platform.random()
    platform.after(spreadMs, () => void this.#reloadAll())
  }

  async #reloadAll(): Promise<void> {
    const { signal } = this.#stopping
    try {
      await this.loader.snapshot(signal)
      this.#attempts = 0
      if (!signal.aborted) this.#parts.onSnapshot()
    } catch (error) {
      this.#again(error, () => void this.#reloadAll())
    }
  }

  async #reloadRooms(): Promise<void> {
    if (this.#isReloading) return
    this.#isReloading = true
    try {
      await this.loader.refreshRooms()
      this.#attempts = 0
    } catch (error) {
      this.#again(error, () => void this.#reloadRooms())
    } finally {
      this.#isReloading = false
    }
  }

  /** What is stale stays so until it was loaded; whoever is signed out has nothing to load. */
  #again(error: unknown, act: () => void): void {
    if (this.#stopping.signal.aborted) return
    if (!(error instanceof ChatError)) throw error
    if (error.code === 'unauthenticated') return
    const { platform } = this.#parts
    platform.after(retryPauseMs(this.#attempts++, error, platform.random()), () => {
      if (!this.#stopping.signal.aborted) act()
    })
  }

  #signal({ roomId, userId, forMs }: Signal): void {
    if (userId === this.state?.me.id) return
    const inRoom = this.#typing.get(roomId) ?? new Map<string, () => void>()
    this.#typing.set(roomId, inRoom)
    inRoom.get(userId)?.()
    inRoom.set(
      userId,
      this.#parts.platform.after(forMs, () => this.#endTyping(roomId, userId)),
    )
    this.#showTyping(roomId)
  }

  #endTyping(roomId: string, userId: string): void {
    const inRoom = this.#typing.get(roomId)
    const cancel = inRoom?.get(userId)
    if (cancel === undefined) return
    cancel()
    inRoom?.delete(userId)
    this.#showTyping(roomId)
  }

  #showTyping(roomId: string): void {
    const { [roomId]: _before, ...others } = this.typing
    const userIds = [...(this.#typing.get(roomId)?.keys() ?? [])]
    this.typing = userIds.length === 0 ? others : { ...others, [roomId]: userIds }
    this.#parts.onChange()
  }
}
