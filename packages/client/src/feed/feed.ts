/**
 * Keeps the way from the server open: one stream, opened again at the cursor wherever it ended, and long polls where
 * streams do not come through. It tells what comes and how it stands; it keeps no state of the chat.
 */

import { ERRORS, type Bye, type ChatError, type FeedAnswer, type Hello } from '@suda/protocol'
import type { Platform } from '../platform.ts'
import type { FeedEvent, Source, SourceHandlers } from './feed-event.ts'
import { eventsOf } from './long-poll.ts'
import { backOffMs, POLL_WAIT_SECONDS, TIMES } from './times.ts'

/**
 * - `connecting`: there is no stream yet, or none any more
 * - `live`: what happens comes at once
 * - `lagging`: connected, and being told what was missed
 * - `polling`: streams do not come through here, so it asks again and again
 * - `offline`: several attempts in a row have failed, or there is no network
 * - `signed_out`: the server no longer knows who this is; nothing is tried until `start`
 */
export type FeedState = 'connecting' | 'live' | 'lagging' | 'polling' | 'offline' | 'signed_out'

export interface FeedOptions {
  readonly platform: Platform
  readonly openStream: (cursor: string, handlers: SourceHandlers) => Source
  readonly poll: (cursor: string, waitSeconds: number, signal: AbortSignal) => Promise<FeedAnswer>
  /** Whether the server answers at all. */
  readonly isHealthy: () => Promise<boolean>
  /** Who this is for the server; rejects with `unauthenticated` for nobody. */
  readonly askWho: () => Promise<unknown>
  readonly asChatError: (error: unknown) => ChatError | undefined
  /** Where to go on from; undefined while a snapshot is being loaded, which ends with `restart`. */
  readonly cursor: () => string | undefined
  readonly onEvent: (event: FeedEvent) => void
  readonly onState: (state: FeedState) => void
  /** The server no longer speaks our protocol: the program must be loaded anew. */
  readonly onOutdated: () => void
}

export class Feed {
  readonly #options: FeedOptions
  #state: FeedState = 'connecting'
  #isStarted = false
  #source: Source | undefined
  #polling: AbortController | undefined
  #cancelTimer: () => void = () => undefined
  #cancelWatch: () => void = () => undefined
  #failures = 0
  /** How many times in a row a stream was opened and nothing came. */
  #silences = 0
  #heardAt = 0
  #openedAt = 0
  #hello: Hello | undefined

  constructor(options: FeedOptions) {
    this.#options = options
  }

  get state(): FeedState {
    return this.#state
  }

  /** Of the open stream, for what is asked of this very stream. */
  get streamId(): string | undefined {
    return this.#hello?.streamId
  }

  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#failures = 0
    this.#open()
  }

  stop(): void {
    this.#isStarted = false
    this.#close()
  }

  /** Opens a new stream at the cursor of now. */
  restart(): void {
    if (!this.#isStarted) return
    this.#close()
    this.#open()
  }

  /** Something changed in the world (visible again, another network): looks at once whether all is well. */
  nudge(): void {
    if (!this.#isStarted || this.#state === 'signed_out') return
    if (!this.#options.platform.isOnline()) return this.#failed()
    if (this.#source === undefined && this.#polling === undefined) return this.restart()
    this.#watch()
  }

  #open(): void {
    const cursor = this.#options.cursor()
    if (cursor === undefined) return
    if (this.#state === 'signed_out' || this.#state === 'live') this.#become('connecting')
    this.#hello = undefined
    this.#openedAt = this.#heardAt = this.#options.platform.now()
    this.#after(TIMES.helloMs, () => this.#silent())
    // What an old source still has to tell is of no interest: it would be told again.
    const isCurrent = (): boolean => this.#source === source
    const source: Source = this.#options.openStream(cursor, {
      onEvent: (event) => isCurrent() && this.#take(event),
      onEnd: (error) => isCurrent() && this.#ended(error),
    })
    this.#source = source
  }

  #close(): void {
    this.#cancelTimer()
    this.#cancelWatch()
    this.#source?.close()
    this.#source = undefined
    this.#hello = undefined
    this.#polling?.abort()
    this.#polling = undefined
  }

  #take(event: FeedEvent): void {
    this.#heardAt = this.#options.platform.now()
    switch (event.kind) {
      case 'hello':
        this.#begin(event.hello)
        break
      case 'bye':
        return this.#leave(event.bye)
      case 'reset':
        // Nothing more of this stream can be used; a new one is opened at the cursor of the snapshot, by `restart`.
        if (event.reset.scope === 'all') this.#close()
        break
      case 'change':
      case 'heartbeat':
      case 'signal':
        break
    }
    this.#options.onEvent(event)
    if (this.#state === 'lagging' && this.#hello !== undefined) this.#arriveSoon()
  }

  #begin(hello: Hello): void {
    this.#cancelTimer()
    this.#polling?.abort()
    this.#polling = undefined
    this.#silences = 0
    this.#hello = hello
    this.#watchLater(hello.heartbeatMs + TIMES.slackMs)
    this.#become(hello.head === this.#options.cursor() ? 'live' : 'lagging')
  }

  /** Live is who was told the head of the beginning; where the last changes were of no concern to us, who hears no more. */
  #arriveSoon(): void {
    if (this.#options.cursor() === this.#hello?.head) return this.#arrive()
    this.#after(TIMES.quietMs, () => this.#arrive())
  }

  #arrive(): void {
    this.#cancelTimer()
    this.#become('live')
  }

  #leave({ reason, reconnect }: Bye): void {
    this.#close()
    if (!reconnect) return void this.#signOutIfUnknown()
    if (reason === 'upgrade') this.#options.onOutdated()
    this.#become('connecting')
    this.#after(backOffMs(reason, this.#options.platform.random()), () => this.#open())
  }

  #ended(error: unknown): void {
    const refusal = this.#options.asChatError(error)
    const lived = this.#options.platform.now() - this.#openedAt
    const wasHeard = this.#hello !== undefined
    if (this.#polling !== undefined && !wasHeard) return this.#giveUpStream()
    this.#close()
    if (refusal !== undefined && ERRORS[refusal.code].client === 'sign_in') return this.#become('signed_out')
    // One that spoke has not failed, but may do nothing else than that.
    if (wasHeard) this.#failures = lived > TIMES.soundMs ? 0 : Math.min(1, this.#failures)
    // EventSource does not tell why it ended before anything came.
    if (refusal === undefined && !wasHeard) return void this.#signOutIfUnknown()
    this.#failed((refusal?.retryAfterSeconds ?? 0) * 1_000)
  }

  async #signOutIfUnknown(): Promise<void> {
    const isCurrent = (): boolean => this.#isStarted && this.#source === undefined
    try {
      await this.#options.askWho()
      if (isCurrent()) this.#failed()
    } catch (error) {
      if (!isCurrent()) return
      const refusal = this.#options.asChatError(error)
      if (refusal !== undefined && ERRORS[refusal.code].client === 'sign_in') this.#become('signed_out')
      else this.#failed()
    }
  }

  #failed(notBeforeMs = 0): void {
    this.#close()
    this.#failures += 1
    const { platform } = this.#options
    this.#become(this.#failures > 2 || !platform.isOnline() ? 'offline' : 'connecting')
    const pause = Math.min(TIMES.longestPauseMs, TIMES.firstPauseMs * 2 ** this.#failures)
    this.#after(Math.max(notBeforeMs, pause * (0.5 + platform.random() / 2)), () => this.#open())
  }

  /** A stream was accepted, or not even that, and said nothing: something on the way may hold it back. */
  #silent(): void {
    this.#silences += 1
    const tries = this.#silences
    void this.#options.isHealthy().then((isHealthy) => {
      if (!this.#isStarted || this.#silences !== tries || this.#hello !== undefined) return
      if (!isHealthy) return this.#failed()
      if (tries < 2) return this.restart()
      this.#giveUpStream()
      if (this.#polling === undefined) void this.#poll()
    })
  }

  /** The polls go on; a stream is tried again later. */
  #giveUpStream(): void {
    this.#source?.close()
    this.#source = undefined
    this.#after(TIMES.streamAgainMs, () => this.#open())
  }

  /** Asks until a stream comes through, which is tried once in a while beside it. */
  async #poll(): Promise<void> {
    const polling = new AbortController()
    this.#polling = polling
    this.#become('polling')
    while (!polling.signal.aborted) {
      const cursor = this.#options.cursor()
      if (cursor === undefined) return
      try {
        const answer = await this.#options.poll(cursor, POLL_WAIT_SECONDS, polling.signal)
        if (polling.signal.aborted) return
        this.#failures = 0
        for (const event of eventsOf(answer)) this.#take(event)
      } catch (error) {
        if (polling.signal.aborted) return
        this.#polling = undefined
        this.#ended(error)
        return
      }
    }
  }

  /** A stream is never silent for longer than it said; the clock may have stood still meanwhile, and the cable been cut. */
  #watch(): void {
    if (this.#hello === undefined) return
    const silentMs = this.#options.platform.now() - this.#heardAt
    const allowedMs = this.#hello.heartbeatMs + TIMES.slackMs
    if (silentMs >= allowedMs) this.restart()
    else this.#watchLater(allowedMs - silentMs)
  }

  #watchLater(ms: number): void {
    this.#cancelWatch()
    this.#cancelWatch = this.#options.platform.after(ms, () => this.#watch())
  }

  #after(ms: number, act: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#options.platform.after(ms, act)
  }

  #become(state: FeedState): void {
    if (this.#state === state) return
    this.#state = state
    this.#options.onState(state)
  }
}
