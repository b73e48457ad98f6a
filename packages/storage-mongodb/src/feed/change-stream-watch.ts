/**
 * The one change stream of a process, kept alive. What ends it is told and it is opened again: behind the last event
 * where the server allows it, else anew, which is only true once a marker that was inserted after it came by.
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Document, ResumeToken } from 'mongodb'
import { tellRuns, type InsertEvent } from './insert-event.ts'
import { LiveStream } from './live-stream.ts'
import { ResumePoint } from './resume-point.ts'
import { defaultTimings, type WatchOptions, type WatchTimings } from './watch-options.ts'

const MARKERS = 'markers'

export interface WatchStatus {
  /** Everything that is inserted now will be told. */
  readonly isOpen: boolean
  readonly silentForMs: number
  /** Of streams, those that were resumed by the driver not counted. */
  readonly openings: number
}

export class ChangeStreamWatch {
  readonly #options: WatchOptions
  readonly #timings: WatchTimings
  readonly #stopping = new AbortController()
  readonly #resumePoint = new ResumePoint()
  readonly #started = Promise.withResolvers<void>()
  #running: Promise<void> = Promise.resolve()
  #lookingUp: Promise<void> = Promise.resolve()
  #live: LiveStream | undefined
  /** Nothing from before the stream is missing. */
  #isPrimed = false
  #marker: { readonly id: string; readonly timer: NodeJS.Timeout } | undefined
  #openings = 0
  #failures = 0
  #lastError: unknown

  /** @throws Error why no stream could be opened until `startMs` */
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
      openings: this.#openings,
    }
  }

  /** Nothing is told once it was called. */
  async close(): Promise<void> {
    this.#stopping.abort()
    this.#forgetMarker()
    await this.#live?.close()
    await this.#running.catch(() => undefined)
  }

  async #start(): Promise<void> {
    this.#running = this.#run()
    const tooLate = setTimeout(() => {
      this.#started.reject(new Error('the change stream could not be opened', { cause: this.#lastError }))
    }, this.#timings.startMs)
    try {
      await Promise.race([this.#started.promise, this.#running])
    } finally {
      clearTimeout(tooLate)
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const token = this.#resumePoint.next()
      if (token === undefined) this.#isPrimed = false
      const live = this.#open(token)
      const error: unknown = await live.run().catch((reason: unknown) => reason)
      this.#forgetMarker()
      await live.close()
      if (!this.#stopping.signal.aborted) await this.#recover(live, error)
    }
  }

  #open(token: ResumeToken | undefined): LiveStream {
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
    return live
  }

  #opened(live: LiveStream): void {
    this.#openings += 1
    this.#failures = 0
    this.#resumePoint.opened()
    if (!this.#isPrimed) this.#sendMarker(live)
  }

  async #recover(live: LiveStream, error: unknown): Promise<void> {
    this.#lastError = error
    this.#resumePoint.failed(error, live)
    this.#failures += 1
    this.#options.onNotice('The change stream ended', error)
    await this.#pause(this.#failures)
  }

  #tell(events: readonly InsertEvent[]): void {
    if (this.#stopping.signal.aborted) return
    tellRuns(events, (collection, documents) => {
      if (collection === MARKERS) this.#look(documents)
      else this.#options.onInsert(collection, documents)
    })
  }

  #sendMarker(live: LiveStream): void {
    const id = randomUUID()
    const timer = setTimeout(() => live.fail(new Error('the marker did not come by')), this.#timings.markerMs)
    this.#marker = { id, timer }
    live.insertMarker(id).catch((error: unknown) => {
      if (this.#marker?.id === id) live.fail(new Error('the marker could not be written', { cause: error }))
    })
  }

  #look(markers: readonly Document[]): void {
    if (this.#marker === undefined || !markers.some(({ _id: id }) => id === this.#marker?.id)) return
    this.#forgetMarker()
    this.#isPrimed = true
    this.#lookingUp = this.#lookingUp.then(() => this.#lookUp())
  }

  #forgetMarker(): void {
    clearTimeout(this.#marker?.timer)
    this.#marker = undefined
  }

  /** Until it succeeds. Never two at once, so that the one after a newer opening sees all of it. */
  async #lookUp(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted;) {
      try {
        await this.#options.onOpenedAnew()
        return this.#started.resolve()
      } catch (error) {
        failures += 1
        this.#lastError = error
        if (!this.#stopping.signal.aborted) this.#options.onNotice('What was missed could not be looked up', error)
        await this.#pause(failures)
      }
    }
  }

  async #pause(failures: number): Promise<void> {
    const { firstPauseMs, longestPauseMs } = this.#timings
    const longest = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs)
    // At random, so that the processes of a site do not come all at once.
    await wait(longest * (0.5 + Math.random() / 2), undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }
}
