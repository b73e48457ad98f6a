/** A client with one change stream. Whatever fails, both go together, so that nothing of a failure stays behind. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { MongoClient, type ChangeStream, type Document, type ResumeToken } from 'mongodb'
import { insertsInto, type InsertEvent } from './insert-event.ts'
import { MARKERS } from './marker.ts'
import { SilenceError } from './resume-token.ts'
import type { WatchOptions, WatchTimings } from './watch-options.ts'

/** After so many at once others have their turn. */
const MOST_AT_ONCE = 500

export interface LiveStreamOptions extends Pick<WatchOptions, 'url' | 'databaseName' | 'collections'> {
  readonly timings: WatchTimings
  /** Undefined: from now on. */
  readonly token: ResumeToken
  /** The server has said for the first time that the stream is open. */
  readonly onOpen: () => void
  readonly onEvents: (events: readonly InsertEvent[]) => void
}

export class LiveStream {
  readonly #options: LiveStreamOptions
  readonly #client: MongoClient
  readonly #stream: ChangeStream<Document, InsertEvent>
  readonly #silence: NodeJS.Timeout
  readonly #failure = Promise.withResolvers<never>()
  #hasFailed = false
  #openedAt: number | undefined
  #heardAt = performance.now()

  /** @throws MongoParseError for a URL that is none */
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
    this.#failure.promise.catch(() => undefined)
  }

  get isOpen(): boolean {
    return this.wasOpen && !this.#hasFailed
  }

  /** Even if it is no more. */
  get wasOpen(): boolean {
    return this.#openedAt !== undefined
  }

  /** From its opening to the last reply. */
  get livedForMs(): number {
    return this.#heardAt - (this.#openedAt ?? this.#heardAt)
  }

  get silentForMs(): number {
    return performance.now() - this.#heardAt
  }

  /** Behind the last event that was handed on. */
  get token(): ResumeToken {
    return this.#stream.resumeToken ?? undefined
  }

  /** Hands on what comes until something fails; rejects then. */
  run(): Promise<never> {
    return Promise.race([this.#follow(), this.#failure.promise])
  }

  async insertMarker(id: string): Promise<void> {
    const markers = this.#client.db(this.#options.databaseName).collection<{ _id: string; at: Date }>(MARKERS)
    await markers.insertOne({ _id: id, at: new Date() })
  }

  fail(error: Error): void {
    this.#hasFailed = true
    this.#failure.reject(error)
  }

  /** Resolves when the driver has let go of its connections; on a server that says nothing this may take a while. */
  async close(): Promise<void> {
    this.fail(new Error('closed'))
    clearTimeout(this.#silence)
    // Begun together: a cursor that is closed a second time does not wait for an answer, which may never come.
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

  /** Waits for a reply of the server, and takes all that came in it. */
  async #takeInto(events: InsertEvent[]): Promise<void> {
    do events.push(await this.#stream.next())
    while (events.length < MOST_AT_ONCE && this.#stream.bufferedCount() > 0)
  }

  #heard(): void {
    this.#heardAt = performance.now()
    this.#silence.refresh()
    if (this.wasOpen || this.#hasFailed) return
    this.#openedAt = this.#heardAt
    this.#options.onOpen()
  }

  /** Where this process itself stood still, the replies lie in its sockets: they are read before the next turn. */
  #fallSilent(): void {
    const { silenceMs } = this.#options.timings
    setImmediate(() => {
      if (this.silentForMs >= silenceMs) this.fail(new SilenceError(`no reply for ${silenceMs} ms`))
    })
  }
}

function newClient(url: string, timings: WatchTimings): MongoClient {
  return new MongoClient(url, {
    appName: 'suda-feed',
    // One waits for events, one inserts the marker, and one is there for the goodbye, which else would have to connect first.
    minPoolSize: 3,
    maxPoolSize: 3,
    connectTimeoutMS: timings.connectMs,
    serverSelectionTimeoutMS: timings.connectMs,
    socketTimeoutMS: timings.socketMs,
    readPreference: 'primary',
    readConcernLevel: 'majority',
    w: 'majority',
    compressors: ['none'],
    // What a foreign program wrote in a wrong encoding is no reason to stop.
    enableUtf8Validation: false,
  })
}
