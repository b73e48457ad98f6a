/** A stream of which everything is noted that it shows of a writer, with the time, and how it ends. */

import type { Change } from '@suda/protocol'
import { openRawStream, type RawStream } from '../kit/raw-stream.ts'
import type { Caller } from './caller.ts'

export type StreamKind = 'feed' | 'long poll' | 'room' | 'room, ndjson' | 'room, text'

export const roomKinds: readonly StreamKind[] = ['room', 'room, ndjson', 'room, text']
export const personalKinds: readonly StreamKind[] = ['feed', 'long poll']

/** Number of a message of the writer, and when it was shown. */
export interface Shown {
  readonly n: number
  readonly t: number
}

export interface WatchOptions {
  readonly kind: StreamKind
  readonly caller: Caller
  readonly roomId: string
  /** Where a long poll goes on from. */
  readonly cursor: string
}

const accepts: Record<StreamKind, string> = {
  feed: 'text/event-stream',
  'long poll': 'application/json',
  room: 'text/event-stream',
  'room, ndjson': 'application/x-ndjson',
  'room, text': 'text/plain',
}

export const pathOf = (kind: StreamKind, roomId: string): string =>
  roomKinds.includes(kind) ? `/api/rooms/${roomId}/feed?history=0` : '/api/feed'

export const acceptOf = (kind: StreamKind): string => accepts[kind]

export class Watch {
  readonly kind: StreamKind
  readonly shown: Shown[] = []
  /** Marks of another room, which show that it goes on. */
  readonly marks: string[] = []
  bye: string | undefined
  endedAt: number | undefined
  /** With which a long poll ended. */
  status: number | undefined
  streamId: string | undefined
  #answers = 0
  #isClosed = false
  #isHello = false
  #isBye = false
  readonly #stream: RawStream | undefined

  constructor(options: WatchOptions) {
    this.kind = options.kind
    if (options.kind === 'long poll') void this.#poll(options)
    else this.#stream = this.#open(options)
  }

  /** Whether it was let in. */
  get isBegun(): boolean {
    return this.#stream === undefined ? this.#answers > 0 : this.#stream.body.status === 200
  }

  get isOpen(): boolean {
    return this.#stream === undefined || this.isBegun
  }

  close(): void {
    this.#isClosed = true
    this.#stream?.socket.destroy()
  }

  #open({ caller, kind, roomId }: WatchOptions): RawStream {
    let rest = ''
    return openRawStream({
      port: caller.port,
      path: pathOf(kind, roomId),
      // A refusal would leave the connection open.
      headers: { ...caller.headers, accept: acceptOf(kind), connection: 'close' },
      onText: (text) => {
        const lines = (rest + text).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) this.#takeLine(line)
      },
      onEnd: () => (this.endedAt = performance.now()),
    })
  }

  /** Of either format: in SSE the name stands in a line of its own. */
  #takeLine(line: string): void {
    this.#note(line)
    if (line.startsWith('event: ')) [this.#isHello, this.#isBye] = [line === 'event: hello', line === 'event: bye']
    if (line === '') [this.#isHello, this.#isBye] = [false, false]
    if (this.#isHello) this.streamId = /"streamId":"([^"]+)"/.exec(line)?.[1] ?? this.streamId
    if (this.#isBye || line.startsWith('{"event":"bye"')) this.bye = /"reason":"(\w+)"/.exec(line)?.[1] ?? this.bye
  }

  #note(text: string): void {
    const t = performance.now()
    for (const [, n] of text.matchAll(/\bpost (\d+)\b/g)) this.shown.push({ n: Number(n), t })
    for (const [, mark] of text.matchAll(/\bmark ([\w-]+)/g)) if (mark !== undefined) this.marks.push(mark)
  }

  async #poll({ caller, cursor }: WatchOptions): Promise<void> {
    try {
      while (!this.#isClosed) {
        const { body, status } = await caller.ask('GET', `/api/feed?cursor=${cursor}&wait=2`)
        this.status = status
        if (status !== 200) break
        this.#answers += 1
        const changes: Change[] = body.changes
        for (const change of changes) this.#note(JSON.stringify(change))
        cursor = body.cursor ?? ''
      }
    } finally {
      this.endedAt = performance.now()
    }
  }
}
