/** A stream's other end: takes everything, or stops reading. */

import { createParser } from 'eventsource-parser'
import type { Sink } from '../sink.ts'

export interface Seen {
  readonly event: string
  readonly id: string | undefined
  readonly data: Data
}

/** The fields of all events that tests look at. */
export interface Data {
  readonly position?: number
  readonly type?: string
  readonly reason?: string
  readonly scope?: string
  readonly roomId?: string
  readonly reconnect?: boolean
  readonly streamId?: string
  readonly resumed?: boolean
  readonly from?: string
  readonly head?: string
  readonly heartbeatMs?: number
  readonly kind?: string
  readonly payload?: { readonly message?: { readonly text: string } }
}

export class FakeSink implements Sink {
  readonly writes: Buffer[] = []
  bufferedBytes = 0
  isEnded = false
  isDestroyed = false
  #isStalled = false
  #drained: () => void = () => {}
  #closed: () => void = () => {}

  write(bytes: Buffer): void {
    this.writes.push(bytes)
    if (this.#isStalled) this.bufferedBytes += bytes.length
  }

  end(): void {
    this.isEnded = true
  }

  destroy(): void {
    this.isDestroyed = true
  }

  onDrain(callback: () => void): void {
    this.#drained = callback
  }

  onClose(callback: () => void): void {
    this.#closed = callback
  }

  /** Stops reading: what is written from now on stays unsent. */
  stall(): void {
    this.#isStalled = true
  }

  /** Takes some of what is unsent. */
  take(bytes: number): void {
    this.bufferedBytes = Math.max(0, this.bufferedBytes - bytes)
  }

  /** Reads again, all of it. */
  drain(): void {
    this.#isStalled = false
    this.bufferedBytes = 0
    this.#drained()
  }

  /** The connection is gone. */
  disconnect(): void {
    this.#closed()
  }

  get text(): string {
    return Buffer.concat(this.writes).toString()
  }

  /** All events, as an independent parser reads them (DL4). */
  get events(): Seen[] {
    return parseEvents(this.text)
  }

  /** Positions of the changes that were told, in the order of the stream. */
  get positions(): number[] {
    return this.events.flatMap(({ event, data }) => (event === 'message' ? [data.position ?? Number.NaN] : []))
  }

  /** Resets, as `room` or `all` and why. */
  get resets(): string[] {
    return this.events.flatMap(({ event, data }) =>
      event === 'reset' ? [`${data.roomId ?? 'all'} ${data.reason}`] : [],
    )
  }

  get bye(): string | undefined {
    return this.events.find(({ event }) => event === 'bye')?.data.reason
  }

  /** What an EventSource would send as `Last-Event-ID`; '' after a reset of everything. */
  get lastId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id
  }
}

export function parseEvents(text: string): Seen[] {
  const events: Seen[] = []
  const parser = createParser({
    onEvent: ({ event, id, data }) => events.push({ event: event ?? 'message', id, data: JSON.parse(data) as Data }),
    onError: (error) => {
      throw error
    },
  })
  parser.feed(text)
  return events
}
