/** The long poll: a subscription that ends as soon as it has something to tell, or when the wait is over. */

import { formatCursor, type Bye, type Reset } from '@suda/protocol'
import type { Clock } from './clock.ts'
import type { Shape } from './shape.ts'
import type { Sink } from './sink.ts'
import type { AttachOptions, Subscription } from './subscription.ts'

export interface CollectOptions extends Omit<AttachOptions, 'feed' | 'shape' | 'sink' | 'onClose' | 'onLive'> {
  /** 0: answers as soon as the head is reached. */
  readonly waitMs: number
  /** When the caller has left. */
  readonly signal?: AbortSignal
}

export interface Collected {
  /** The JSON of each change. */
  readonly changes: readonly string[]
  readonly cursor: string
  /** More is known already: ask again at once. */
  readonly more: boolean
  /** An answer has room for one, so several rooms that must be loaded anew become a reset of everything. */
  readonly reset?: Reset
  /** Why this reader is told nothing any more. */
  readonly bye?: Bye
}

export interface CollectParts {
  readonly epoch: string
  readonly clock: Clock
  readonly head: () => number
  readonly servedTo: (subscription: Subscription) => number
  readonly attach: (options: AttachOptions) => Subscription
  readonly detach: (subscription: Subscription) => void
  /** An answer is not much longer than this. */
  readonly maxBytes: number
}

export function collect(parts: CollectParts, options: CollectOptions): Promise<Collected> {
  return new Promise((resolve) => {
    const poll = new LongPoll(parts, options, resolve)
    poll.start()
  })
}

/** Everything ends one turn later than its cause, so that nothing is taken away from under a running delivery. */
class LongPoll implements Sink {
  readonly #parts: CollectParts
  readonly #options: CollectOptions
  readonly #resolve: (collected: Collected) => void
  #subscription: Subscription | undefined
  #lines: string[] = []
  #isFinishing = false
  bufferedBytes = 0

  constructor(parts: CollectParts, options: CollectOptions, resolve: (collected: Collected) => void) {
    this.#parts = parts
    this.#options = options
    this.#resolve = resolve
  }

  start(): void {
    const { waitMs, signal, ...options } = this.#options
    const onLive = (): void => {
      if (waitMs === 0 || this.#lines.length > 0) this.#finishSoon()
    }
    const onClose = (): void => this.#finishSoon()
    this.#subscription = this.#parts.attach({
      ...options,
      feed: { kind: 'personal' },
      shape: lines,
      sink: this,
      onClose,
      onLive,
    })
    if (waitMs > 0) this.#parts.clock.after(waitMs, onClose)
    signal?.addEventListener('abort', onClose, { once: true })
  }

  write(bytes: Buffer): void {
    this.#lines.push(...bytes.toString().split('\n').slice(0, -1))
    this.bufferedBytes += bytes.length
    if (this.#subscription?.isLive === true || this.bufferedBytes > this.#parts.maxBytes) this.#finishSoon()
  }

  end(): void {}

  destroy(): void {}

  onDrain(): void {}

  onClose(): void {}

  #finishSoon(): void {
    if (this.#isFinishing) return
    this.#isFinishing = true
    this.#parts.clock.soon(() => this.#finish())
  }

  #finish(): void {
    const subscription = this.#subscription
    if (subscription === undefined) return
    // One that waits for the feed has no place yet.
    const isBegun = subscription.isLive || subscription.position > 0
    const answer = subscription.isClosed || !isBegun ? this.#nothing() : this.#gathered(subscription)
    this.#parts.detach(subscription)
    this.#resolve(answer)
  }

  /** Of a stream that was ended, or did not begin, nothing is kept: the caller still has the cursor it came with. */
  #nothing(): Collected {
    const bye = this.#lines.find((line) => line.startsWith(BYE))
    const cursor = this.#options.cursor ?? this.#cursor(this.#parts.head())
    return { changes: [], cursor, more: false, ...(bye !== undefined && { bye: JSON.parse(bye.slice(BYE.length)) }) }
  }

  #gathered(subscription: Subscription): Collected {
    const resets: Reset[] = this.#lines.filter((line) => line.startsWith(RESET)).map(parseReset)
    const [first, second] = resets
    const all = resets.find((reset) => reset.scope === 'all')
    if (first !== undefined && (second !== undefined || all !== undefined)) {
      return {
        changes: [],
        cursor: this.#cursor(this.#parts.head()),
        more: false,
        reset: { reason: (all ?? first).reason, scope: 'all' },
      }
    }
    const changes = this.#lines.filter((line) => line.startsWith('{'))
    const cursor = this.#cursor(this.#parts.servedTo(subscription))
    return { changes, cursor, more: !subscription.isLive, ...(first !== undefined && { reset: first }) }
  }

  #cursor(position: number): string {
    return formatCursor(this.#parts.epoch, position)
  }
}

function parseReset(line: string): Reset {
  const reset: Reset = JSON.parse(line.slice(RESET.length))
  return reset
}

const RESET = '!reset '
const BYE = '!bye '

/** One line a change, and one for what an answer must know beside them. */
const lines: Shape = {
  name: 'long-poll',
  encode: (change) => Buffer.from(`${change.json}\n`),
  encodeEvent: (name, data) => (name === 'reset' || name === 'bye' ? Buffer.from(`!${name} ${data}\n`) : undefined),
  encodeRetry: () => undefined,
  encodePadding: () => undefined,
}
