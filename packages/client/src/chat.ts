/** The client: a replica of the chat that follows the feed, and what one says on top of it until the server has it. */

import { ChatError, type Calls, type Change, type Message, type Room, type State } from '@suda/protocol'
import { createApi, type Api, type CallAnswer } from './api/api.ts'
import { refusalOf } from './api/parse-problem.ts'
import { addressOf, requestInit } from './api/request.ts'
import { Feed } from './feed/feed.ts'
import { openEventSource } from './feed/event-source.ts'
import type { Source, SourceHandlers } from './feed/feed-event.ts'
import { openFetchStream } from './feed/fetch-stream.ts'
import { Keeper } from './local/keeper.ts'
import type { Kept } from './local/local-store.ts'
import { Outbox } from './outbox/outbox.ts'
import type { OutgoingCommand } from './outbox/outgoing.ts'
import { withOutgoing } from './outbox/with-outgoing.ts'
import { thisPlatform, type Platform } from './platform.ts'
import { Follower } from './replica/follower.ts'
import type { Asked } from './replica/windows.ts'
import { Store, type ChatState, type Listener } from './store/store.ts'

const NOTHING: Outbox['entries'] = []

export interface ChatOptions {
  /** Where the site is, with its prefix; absent: the origin of the page. */
  readonly url?: string
  /** Instead of the session's cookie: for bots, and for pages of other sites. */
  readonly token?: string
  /** Absent: this browser, or this Node. */
  readonly platform?: Platform
}

/** What a post may answer to. */
export interface PostOptions {
  readonly replyTo?: string
  readonly threadId?: string
}

/** Told of each change once, in order, after it was applied. */
export type ChangeListener = (change: Change) => void

export class Chat {
  readonly api: Api
  readonly #platform: Platform
  readonly #url: string
  readonly #token: string | undefined
  readonly #store = new Store()
  readonly #feed: Feed
  readonly #follower: Follower
  readonly #keeper: Keeper
  readonly #changeListeners = new Set<ChangeListener>()
  #outbox: Outbox | undefined
  #stopListening: () => void = () => undefined
  #shown: { readonly of: State | undefined; readonly outbox: Outbox['entries']; readonly data: State | undefined } = {
    of: undefined,
    outbox: NOTHING,
    data: undefined,
  }

  constructor({ url = '', token, platform = thisPlatform() }: ChatOptions = {}) {
    this.#platform = platform
    this.#url = url
    this.#token = token
    this.api = createApi({ url, platform, ...(token !== undefined && { token }), onSignedOut: () => this.#signedOut() })
    this.#follower = new Follower({
      api: this.api,
      platform,
      onChange: () => this.#show(),
      onApplied: (change) => this.#changeListeners.forEach((listener) => listener(change)),
      onSnapshot: () => this.#feed.restart(),
    })
    this.#keeper = new Keeper({ platform, url, what: () => this.#toBeKept() })
    this.#feed = new Feed({
      platform,
      openStream: (cursor, handlers) => this.#openStream(cursor, handlers),
      poll: (cursor, wait, signal) => this.api.call('GET /api/feed', { query: { cursor, wait }, signal, patience: 0 }),
      isHealthy: () => this.#isHealthy(),
      askWho: () => this.api.call('GET /api/me', { patience: 0 }),
      asChatError,
      cursor: () => this.#follower.cursor,
      onEvent: (event) => this.#follower.take(event),
      onState: (status) => (status === 'signed_out' ? this.#signedOut() : this.#store.set({ status })),
      onOutdated: () => this.#store.set({ isOutdated: true }),
    })
  }

  /** As it stands now; another object whenever anything is another. */
  get state(): ChatState {
    return this.#store.state
  }

  /** @returns what ends it */
  subscribe(listener: Listener): () => void {
    return this.#store.subscribe(listener)
  }

  /** @returns what ends it */
  onChange(listener: ChangeListener): () => void {
    this.#changeListeners.add(listener)
    return () => this.#changeListeners.delete(listener)
  }

  /**
   * Shows what an earlier visit kept, or loads the chat, and follows it until `stop`. Also after signing in.
   * @throws ChatError where nothing is kept and it cannot be loaded; `unauthenticated` where one has to sign in first
   */
  async start(): Promise<void> {
    this.#stopListening()
    this.#stopListening = this.#platform.onChange((what) => {
      if (what === 'leaving' || !this.#platform.isVisible()) this.#keeper.saveNow()
      if (what !== 'leaving') this.#feed.nudge()
    })
    this.#store.set({ status: 'connecting' })
    const kept = await this.#keeper.load(() => this.api.call('GET /api/me', { patience: 0 }))
    if (kept === undefined) await this.#follower.start()
    else this.#follower.restore(kept.replica)
    const { state } = this.#follower
    if (state !== undefined) await this.#startOutbox(state)
    this.#feed.start()
  }

  stop(): void {
    this.#keeper.saveNow()
    this.#stopListening()
    this.#feed.stop()
    this.#follower.stop()
    this.#outbox?.stop()
  }

  /** By id or slug, of those that are known here. */
  room(name: string): Room | undefined {
    const { rooms = {} } = this.state.data ?? {}
    return rooms[name] ?? Object.values(rooms).find(({ slug }) => slug === name)
  }

  /**
   * Shows the message at once and sends it as soon as that is possible, once, after those that were said before it.
   * @returns the id of the message
   */
  post(roomId: string, text: string, options: PostOptions = {}): string {
    const messageId = this.#platform.newId()
    this.#say({ kind: 'post', roomId, messageId, text, ...options })
    return messageId
  }

  edit({ id, roomId }: Pick<Message, 'id' | 'roomId'>, text: string): void {
    this.#say({ kind: 'edit', roomId, messageId: id, text })
  }

  delete({ id, roomId }: Pick<Message, 'id' | 'roomId'>): void {
    this.#say({ kind: 'delete', roomId, messageId: id })
  }

  /** @param seq up to which all is read; backwards only with `force` */
  markRead(roomId: string, seq: number, { force = false }: { readonly force?: boolean } = {}): void {
    this.#say({ kind: 'read', roomId, seq, ...(force && { force }) })
  }

  /** A refused one, once more. */
  retry(id: string): void {
    this.#outbox?.retry(id)
  }

  /** Gives up what was refused or is not sent yet. */
  discard(id: string): void {
    this.#outbox?.discard(id)
  }

  /**
   * Keeps what is loaded of a room up to date and in memory while somebody looks at it.
   * @returns what ends it
   */
  open(roomId: string): () => void {
    return this.#follower.open(roomId)
  }

  /** The newest messages, or those before, after or around a seq. @throws ChatError */
  loadMessages(roomId: string, asked: Asked = {}): Promise<void> {
    return this.#follower.loader.page(roomId, asked)
  }

  /** Replies below a message: the newest, or those before or after a seq. @throws ChatError */
  loadThread(root: Pick<Message, 'id' | 'roomId'>, asked: Pick<Asked, 'before' | 'after'> = {}): Promise<void> {
    return this.#follower.loader.thread(root, asked)
  }

  /** All members of a room. @throws ChatError */
  loadMembers(roomId: string): Promise<void> {
    return this.#follower.loader.members(roomId)
  }

  /** Tells the others that one is typing; lost if it does not get through. */
  signalTyping(roomId: string): void {
    this.api.call('POST /api/rooms/{room}/typing', { path: { room: roomId }, patience: 0 }).catch(() => undefined)
  }

  /** @throws ChatError `wrong_password`, `rate_limited` */
  async signIn(body: Calls['POST /api/sign-in']['body']): Promise<CallAnswer<'POST /api/sign-in'>> {
    const answer = await this.api.call('POST /api/sign-in', { body })
    await this.start()
    return answer
  }

  /** Ends the session. What was not sent yet is kept for the same user. @throws ChatError */
  async signOut(): Promise<void> {
    await this.api.call('POST /api/sign-out', { body: {} })
    this.#signedOut()
  }

  #say(command: OutgoingCommand): void {
    if (this.#outbox === undefined) throw new ChatError('unauthenticated')
    this.#outbox.add(command)
  }

  async #startOutbox({ me, site }: State): Promise<void> {
    const local = this.#keeper.open(site.id)
    if (this.#outbox?.userId !== me.id) {
      this.#outbox?.stop()
      this.#outbox = new Outbox(
        {
          platform: this.#platform,
          api: this.api,
          local,
          asChatError,
          onChange: () => this.#show(),
          onMessage: (message) => this.#follower.putMessage(message),
          onStale: (roomId) => this.#follower.reloadRoom(roomId),
        },
        me.id,
      )
    }
    await this.#outbox.start()
  }

  #signedOut(): void {
    this.#feed.stop()
    this.#outbox?.stop()
    this.#keeper.erase()
    this.#follower.clear()
    this.#store.set({ status: 'signed_out' })
  }

  #toBeKept(): Kept | undefined {
    const replica = this.#follower.save()
    return replica && { userId: replica.state.me.id, replica }
  }

  /** The overlay is made anew only when it or what lies below it is another. */
  #show(): void {
    const { cursor, state } = this.#follower
    if (cursor !== undefined) this.#outbox?.passed(cursor)
    // Of somebody else, or of nobody, nothing is shown of what was said here before.
    const outbox = this.#outbox?.userId === state?.me.id ? this.#outbox : undefined
    const outgoing = outbox?.entries ?? NOTHING
    if (state !== this.#shown.of || outgoing !== this.#shown.outbox) {
      const data = state === undefined ? undefined : withOutgoing(state, outgoing)
      this.#shown = { of: state, outbox: outgoing, data }
    }
    const isKept = outbox?.isKept ?? true
    this.#store.set({ data: this.#shown.data, outgoing, typing: this.#follower.typing, isKept })
    this.#keeper.saveSoon()
  }

  #openStream(cursor: string, handlers: SourceHandlers): Source {
    const url = addressOf(this.#url, '/api/feed', { query: { cursor } })
    const { EventSource, fetch } = this.#platform
    if (EventSource !== undefined && this.#token === undefined) return openEventSource(EventSource, url, handlers)
    const init = requestInit({ method: 'GET', accept: 'text/event-stream', token: this.#token })
    return openFetchStream(
      (signal) => fetch(url, { ...init, signal }),
      (response) => refusalOf(response, this.#platform.wallClock()),
      handlers,
    )
  }

  async #isHealthy(): Promise<boolean> {
    try {
      await this.api.call('GET /health', { patience: 0 })
      return true
    } catch {
      return false
    }
  }
}

function asChatError(error: unknown): ChatError | undefined {
  return error instanceof ChatError ? error : undefined
}
