/**
 * The one change stream of a process, kept alive. What ends it is told, and it is opened again: behind the last event
 * where the server can do that, else anew.
 */

import type { Document, ResumeToken } from 'mongodb'
import { pauseAfter, untilItSucceeds, type Backoff } from './backoff.ts'
import { tellRuns, type InsertEvent } from './insert-event.ts'
import { LiveStream } from './live-stream.ts'
import { Marker, MARKERS } from './marker.ts'
import { tokenAfter } from './resume-token.ts'
import { defaultTimings, type WatchOptions, type WatchTimings } from './watch-options.ts'
import { within } from './within.ts'

/** After so many failures in a row the token is under suspicion, whatever they say. */
const MOST_FAILURES_WITH_TOKEN = 10

export interface WatchStatus {
  /** Everything that is inserted now will be told. */
  readonly isOpen: boolean
  /** Since the last reply of a server, the empty ones too. */
  readonly silentForMs: number
  /** Streams since the start; where the driver resumed one by itself, it is the same. */
  readonly streams: number
}

export class ChangeStreamWatch {
  readonly #options: WatchOptions
  readonly #timings: WatchTimings
  readonly #stopping = new AbortController()
  readonly #started = Promise.withResolvers<void>()
  #running: Promise<void> = Promise.resolve()
  #lookingUp: Promise<void> = Promise.resolve()
  #closing: Promise<void> = Promise.resolve()
  #live: LiveStream | undefined
  /** Nothing from before the stream is missing, or is being looked up. */
  #isPrimed = false
  #marker: Marker | undefined
  #streams = 0
  #failures = 0
  #lastError: unknown
  /** What was last told of a stream that ended, until one is open again. */
  #told: string | undefined

  /** @throws Error why nothing was open and looked up within `startMs` */
  static async start(options: WatchOptions): Promise<ChangeStreamWatch> {
    const watch = new ChangeStreamWatch(options)
    try {
      await watch.#start()
      return watch
    } catch (error) {
      await watch.close()
      throw error
    }
  }

  private constructor(options: WatchOptions) {
    this.#options = options
    this.#timings = { ...defaultTimings, ...options.timings }
  }

  get status(): WatchStatus {
    return {
      isOpen: this.#isPrimed && this.#live?.isOpen === true,
      silentForMs: this.#live?.silentForMs ?? 0,
      streams: this.#streams,
    }
  }

  /** Nothing is told once it was called. */
  async close(): Promise<void> {
    this.#stopping.abort()
    this.#live?.fail(new Error('closed'))
    await this.#running.catch(() => undefined)
    await within(this.#timings.closeMs, this.#closing)
  }

  async #start(): Promise<void> {
    this.#running = this.#run()
    const { startMs } = this.#timings
    const hasStarted = await within(startMs, Promise.race([this.#started.promise, this.#running]))
    if (!hasStarted) throw new Error(`no change stream within ${startMs} ms`, { cause: this.#lastError })
  }

  async #run(): Promise<void> {
    for (let token: ResumeToken; !this.#stopping.signal.aborted;) {
      const live = this.#open(token)
      const error: unknown = await live.run().catch((reason: unknown) => reason)
      this.#letGo(live)
      if (this.#stopping.signal.aborted) return
      token = this.#tokenAfter(live, error)
      await pauseAfter(this.#failures, this.#backoff())
    }
  }

  #open(token: ResumeToken): LiveStream {
    if (token === undefined) {
      this.#isPrimed = false
      this.#options.onGap?.()
    }
    const { url, databaseName, collections } = this.#options
    const live = new LiveStream({
      url,
      databaseName,
      collections: [...collections, MARKERS],
      timings: this.#timings,
      token,
      onOpen: () => this.#opened(live),
      onEvents: (events) => this.#tell(events),
    })
    this.#live = live
    this.#streams += 1
    return live
  }

  /** The next one does not wait for that. */
  #letGo(live: LiveStream): void {
    this.#marker?.forget()
    const earlier = this.#closing
    this.#closing = live.close().then(() => earlier)
  }

  #tokenAfter(live: LiveStream, error: unknown): ResumeToken {
    this.#lastError = error
    if (this.#told !== String(error)) this.#options.onNotice('The change stream ended', error)
    this.#told = String(error)
    this.#failures = live.livedForMs > this.#timings.longestPauseMs ? 1 : this.#failures + 1
    if (this.#failures > MOST_FAILURES_WITH_TOKEN) return undefined
    return tokenAfter({ error, token: live.token, wasOpen: live.wasOpen })
  }

  #opened(live: LiveStream): void {
    if (this.#isPrimed) return this.#sayItIsWell()
    this.#marker = new Marker((id) => live.insertMarker(id), {
      withinMs: this.#timings.markerMs,
      fail: (error) => live.fail(error),
    })
  }

  #tell(events: readonly InsertEvent[]): void {
    tellRuns(events, (collection, documents) => {
      if (collection === MARKERS) this.#look(documents)
      if (this.#stopping.signal.aborted) return
      if (collection === MARKERS) this.#options.onMarkers?.(documents)
      else this.#options.onInsert(collection, documents)
    })
  }

  #look(markers: readonly Document[]): void {
    if (this.#isPrimed || this.#marker?.isAmong(markers) !== true) return
    this.#marker.forget()
    this.#isPrimed = true
    this.#sayItIsWell()
    // Never two at once, and never one that began before the newest opening.
    this.#lookingUp = this.#lookingUp.then(() => this.#lookUp())
  }

  #sayItIsWell(): void {
    if (this.#told !== undefined) this.#options.onNotice('The change stream is open again')
    this.#told = undefined
  }

  async #lookUp(): Promise<void> {
    const onFailure = (error: unknown) => {
      this.#lastError = error
      this.#options.onNotice('What was missed could not be looked up', error)
    }
    await untilItSucceeds(() => this.#options.onOpenedAnew(), { ...this.#backoff(), onFailure })
    this.#started.resolve()
  }

  #backoff(): Backoff {
    const { firstPauseMs, longestPauseMs } = this.#timings
    return { firstPauseMs, longestPauseMs, stopping: this.#stopping.signal }
  }
}
