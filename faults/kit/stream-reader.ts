/**
 * A reader that behaves as a browser's EventSource: it keeps the last id, waits as `retry` says, and asks to go on from
 * there. Everything it was told is kept, so that a checker can compare.
 */

import { openRawStream, type RawStream, type Tls } from './raw-stream.ts'

export interface StreamEvent {
  /** `change` of the personal feed has no name on the wire; it is `message` here as in a browser. */
  readonly event: string
  readonly id?: string
  readonly data: string
}

export interface ReaderOptions {
  readonly port: number
  /** With or without a query; the cursor goes into the header. */
  readonly path: string
  readonly token: string
  readonly tls?: Tls
  readonly cursor?: string
  readonly onEvent: (event: StreamEvent) => void
  /** Waits no longer than this, whatever `retry` says. */
  readonly maxRetryMs?: number
}

export class StreamReader {
  readonly #options: ReaderOptions
  #port: number
  #stream: RawStream | undefined
  #timer: NodeJS.Timeout | undefined
  #retryMs = 100
  #isClosed = false
  /** The last id, empty after a reset of everything. */
  cursor: string
  connections = 0
  hellos = 0
  resumed = 0
  resets = 0
  byes: string[] = []
  /** Answers that are no stream: after one of them an EventSource never comes again. */
  refusals: number[] = []

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#port = options.port
    this.cursor = options.cursor ?? ''
    this.#connect()
  }

  /** Of the connection that is open now, by which a proxy knows it. */
  get clientPort(): number | undefined {
    return this.#stream?.socket.localPort
  }

  /** Stops taking bytes from the connection, as a frozen client does; the connection stays open. */
  pause(): void {
    this.#stream?.socket.pause()
  }

  resume(): void {
    this.#stream?.socket.resume()
  }

  /** Gives the connection up and comes again, here or elsewhere, as a client does that has heard nothing for too long. */
  reconnect(port = this.#port): void {
    this.#port = port
    this.#stream?.socket.destroy()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#stream?.socket.destroy()
  }

  #connect(): void {
    const { path, tls, token } = this.#options
    this.connections += 1
    this.#stream = openRawStream({
      port: this.#port,
      path,
      ...(tls !== undefined && { tls }),
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        ...(this.cursor !== '' && { 'last-event-id': this.cursor }),
      },
      onEvent: ({ event = 'message', id, data }) => this.#take({ event, data, ...(id !== undefined && { id }) }),
      onRetry: (ms) => (this.#retryMs = ms),
      onEnd: () => this.#connectLater(),
    })
  }

  #take(event: StreamEvent): void {
    if (event.id !== undefined) this.cursor = event.id
    if (event.event === 'hello') {
      this.hellos += 1
      if (JSON.parse(event.data).resumed === true) this.resumed += 1
    }
    if (event.event === 'reset') this.resets += 1
    if (event.event === 'bye') this.byes.push(JSON.parse(event.data).reason)
    this.#options.onEvent(event)
  }

  #connectLater(): void {
    if (this.#isClosed) return
    const status = this.#stream?.body.status ?? 200
    if (status !== 200) this.refusals.push(status)
    const waitMs = Math.min(this.#retryMs, this.#options.maxRetryMs ?? Infinity)
    this.#timer = setTimeout(() => this.#connect(), waitMs)
  }
}
