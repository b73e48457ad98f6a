/** A client with one change stream. Whatever fails, both go together, so that nothing of a failure stays behind. */

import { MongoClient, MongoNetworkError, type ChangeStream, type Document, type ResumeToken } from 'mongodb'
import { FOREIGN_BSON } from '../foreign/foreign-bson.ts'
import type { MarkerDocument } from '../documents.ts'
import { insertsInto, type InsertEvent } from './insert-event.ts'
import { MARKERS } from './marker.ts'
import { SilenceError } from './resume-token.ts'
import type { WatchOptions, WatchTimings } from './watch-options.ts'

/** Of events in one reply: after so many others have their turn. */
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
  #token: ResumeToken
  #address = ''
  #openedAt: number | undefined
  #heardAt = performance.now()

  /** @throws MongoParseError for a URL that is none */
  constructor(options: LiveStreamOptions) {
    const { url, databaseName, collections, timings, token } = options
    this.#options = options
    this.#token = token
    this.#client = newClient(url, timings)
    this.#stream = this.#client.db(databaseName).watch<Document, InsertEvent>(insertsInto(collections), {
      maxAwaitTimeMS: timings.awaitMs,
      batchSize: MOST_AT_ONCE,
      ...(token !== undefined && { resumeAfter: token }),
    })
    this.#stream.once('resumeTokenChanged', () => this.#opened())
    this.#silence = setTimeout(() => this.#fallSilent(), timings.silenceMs)
    this.#failure.promise.catch(() => undefined)
    this.#watchConnections()
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
    return this.#token
  }

  /** Hands on what comes until something fails; rejects then. */
  async run(): Promise<never> {
    await Promise.race([this.#follow(), this.#failure.promise])
    return this.#failure.promise
  }

  async insertMarker(id: string): Promise<void> {
    const markers = this.#client.db(this.#options.databaseName).collection<MarkerDocument>(MARKERS)
    await markers.insertOne({ _id: id, at: new Date() })
  }

  /** Nothing is handed on any more. */
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

  async #follow(): Promise<void> {
    while (!this.#hasFailed) {
      const events = await this.#take()
      if (this.#hasFailed) return
      this.#heard()
      if (events.length > 0) this.#options.onEvents(events)
      this.#token = this.#stream.resumeToken
    }
  }

  /** All that came in the next reply of the server; nothing, if it had nothing to tell. */
  async #take(): Promise<InsertEvent[]> {
    const first = await this.#stream.tryNext()
    if (first === null && this.#stream.closed) throw new Error('the server ended the stream')
    if (first === null) return []
    const events = [first]
    while (this.#stream.bufferedCount() > 0) events.push(await this.#stream.next())
    return events
  }

  #opened(): void {
    if (this.#hasFailed) return
    this.#heard()
    this.#openedAt = this.#heardAt
    this.#options.onOpen()
  }

  #heard(): void {
    this.#heardAt = performance.now()
    this.#silence.refresh()
  }

  /** Where this process itself stood still, the replies lie in its sockets: they are read before the next turn. */
  #fallSilent(): void {
    const heardAt = this.#heardAt
    setImmediate(() => {
      if (this.#heardAt !== heardAt) return
      this.fail(new SilenceError(`no reply for ${this.#options.timings.silenceMs} ms`))
    })
  }

  /**
   * Before the driver resumes a stream, it waits for the server that it lost, in order to end the cursor there: half a
   * second for one that comes back, until its patience ends for one that does not. A new client waits for nobody.
   */
  #watchConnections(): void {
    this.#client.on('connectionCheckedOut', ({ address }) => (this.#address = address))
    this.#client.on('serverDescriptionChanged', ({ address, newDescription: { type, error } }) => {
      if (address !== this.#address || type !== 'Unknown') return
      this.fail(new MongoNetworkError(`${address} is lost`, error === null ? {} : { cause: error }))
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
    // Half the driver's own: a host that is gone without a word is noticed after this and `connectMs`.
    heartbeatFrequencyMS: 5_000,
    readPreference: 'primary',
    readConcernLevel: 'majority',
    w: 'majority',
    compressors: ['none'],
    // Nothing that a foreign program wrote is a reason to stop.
    ...FOREIGN_BSON,
  })
}
