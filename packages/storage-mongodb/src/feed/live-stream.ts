/** A client with one change stream. Whatever fails, both go together, so that nothing of a failure stays behind. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { MongoClient, type ChangeStream, type Document, type ResumeToken } from 'mongodb'
import { insertsInto, type InsertEvent } from './insert-event.ts'
import { SilenceError } from './resume-point.ts'
import type { WatchOptions, WatchTimings } from './watch-options.ts'

/** After so many at once others have their turn. */
const MOST_AT_ONCE = 500

export interface LiveStreamOptions extends Pick<WatchOptions, 'url' | 'databaseName' | 'collections'> {
  readonly timings: WatchTimings
  readonly token: ResumeToken | undefined
  /** The server has said for the first time that the stream is open. */
  readonly onOpen: () => void
  readonly onEvents: (events: readonly InsertEvent[]) => void
}

export class LiveStream {
  readonly #options: LiveStreamOptions
  readonly #client: MongoClient
  readonly #stream: ChangeStream<Document, InsertEvent>
  readonly #silence: NodeJS.Timeout
  readonly #failed = Promise.withResolvers<never>()
  #hasFailed = false
  #isOpen = false
  #heardAt = performance.now()

  constructor(options: LiveStreamOptions) {
    const { url, databaseName, collections, timings, token } = options
    this.#options = options
    this.#client = newClient(url, timings)
    this.#stream = this.#client.db(databaseName).watch<Document, InsertEvent>(insertsInto(collections), {
      maxAwaitTimeMS: timings.awaitMs,
      ...(token !== undefined && { resumeAfter: token }),
    })
    // The one event that every reply leads to, the empty ones too.
    this.#stream.on('resumeTokenChanged', () => this.#heard())
    this.#silence = setTimeout(() => this.#fallSilent(), timings.silenceMs)
    this.#failed.promise.catch(() => undefined)
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#hasFailed
  }

  /** Has been, even if it is no more. */
  get wasOpen(): boolean {
    return this.#isOpen
  }

  get silentForMs(): number {
    return performance.now() - this.#heardAt
  }

  /** After the last event that was handed on. */
  get token(): ResumeToken | undefined {
    return this.#stream.resumeToken ?? undefined
  }

  /** Hands on what comes until something fails; rejects then. */
  run(): Promise<never> {
    return Promise.race([this.#follow(), this.#failed.promise])
  }

  /** Is not told whether it was durable: the stream tells. */
  async insertMarker(id: string): Promise<void> {
    const markers = this.#client.db(this.#options.databaseName).collection<{ _id: string; at: Date }>('markers')
    await markers.insertOne({ _id: id, at: new Date() })
  }

  fail(error: Error): void {
    this.#hasFailed = true
    this.#failed.reject(error)
  }

  async close(): Promise<void> {
    this.fail(new Error('closed'))
    clearTimeout(this.#silence)
    // Begun together: a cursor that is closed a second time does not wait for an answer of the server, which may never come.
    await Promise.allSettled([this.#stream.close(), this.#client.close()])
  }

  async #follow(): Promise<never> {
    for (;;) {
      const events: InsertEvent[] = []
      try {
        await this.#takeInto(events)
      } finally {
        // Also those before one that cannot be read: the token stands behind them already.
        if (events.length > 0 && !this.#hasFailed) this.#options.onEvents(events)
      }
      if (events.length === MOST_AT_ONCE) await nextTurn()
    }
  }

  /** What came in one reply is taken at once. */
  async #takeInto(events: InsertEvent[]): Promise<void> {
    do events.push(await this.#stream.next())
    while (events.length < MOST_AT_ONCE && this.#stream.bufferedCount() > 0)
  }

  #heard(): void {
    this.#heardAt = performance.now()
    this.#silence.refresh()
    if (this.#isOpen || this.#hasFailed) return
    this.#isOpen = true
    this.#options.onOpen()
  }

  #fallSilent(): void {
    this.fail(new SilenceError(`no reply for ${this.#options.timings.silenceMs} ms`))
  }
}

function newClient(url: string, timings: WatchTimings): MongoClient {
  return new MongoClient(url, {
    appName: 'suda-feed',
    maxPoolSize: 3,
    connectTimeoutMS: timings.connectMs,
    serverSelectionTimeoutMS: timings.selectionMs,
    socketTimeoutMS: timings.socketMs,
    readPreference: 'primary',
    readConcernLevel: 'majority',
    w: 'majority',
    // What a foreign program wrote in a wrong encoding is no reason to stop.
    enableUtf8Validation: false,
  })
}
