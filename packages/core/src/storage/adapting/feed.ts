/** The changes as they become durable, to each that listens: from the log up to where it begins to listen, then live. */

import type { CommittedChange } from '@suda/protocol'

/** A listener that falls behind further than this reads the log instead of having it all kept. */
const MOST_QUEUED = 10_000
const FROM_LOG = 200

export type ReadLog = (position: number, limit: number) => Promise<readonly CommittedChange[]>

export class Feed {
  readonly #readLog: ReadLog
  readonly #mostQueued: number
  readonly #listeners = new Set<Listener>()
  #last = 0

  constructor(readLog: ReadLog, mostQueued = MOST_QUEUED) {
    this.#readLog = readLog
    this.#mostQueued = mostQueued
  }

  /** The log goes to here, whether or not it was pushed: what was not is read from there. */
  startFrom(position: number): void {
    this.#last = position
    for (const listener of this.#listeners) listener.wake()
  }

  push(changes: readonly CommittedChange[]): void {
    this.#last = changes.at(-1)?.position ?? this.#last
    for (const listener of this.#listeners) listener.push(changes)
  }

  /** Ends everybody's iteration, after what was pushed; with an error unless it was wanted. */
  end(error?: Error): void {
    for (const listener of this.#listeners) listener.end(error)
    this.#listeners.clear()
  }

  async *after(position: number): AsyncGenerator<readonly CommittedChange[]> {
    const listener = new Listener(this.#mostQueued)
    this.#listeners.add(listener)
    try {
      for (let at = position; ;) {
        const isBehind = at < listener.from(this.#last)
        const changes = isBehind ? await this.#readLog(at, FROM_LOG) : await listener.next()
        if (changes === undefined) return
        if (isBehind && changes.length === 0) throw new Error(`the log ends before ${this.#last}`)
        const fresh = changes.filter((change) => change.position > at)
        if (fresh[0]?.position !== at + 1) continue // nothing new, or the queue was dropped meanwhile: the log has it
        at += fresh.length
        yield fresh
      }
    } finally {
      this.#listeners.delete(listener)
    }
  }
}

/** What one iteration was not given yet. */
class Listener {
  readonly #most: number
  #queue: (readonly CommittedChange[])[] = []
  #count = 0
  #ended: { error: Error | undefined } | undefined
  #wake: (() => void) | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** Position up to which the log must be read, because it is not in the queue. */
  from(last: number): number {
    const first = this.#queue[0]?.[0]
    return first === undefined ? last : first.position - 1
  }

  push(changes: readonly CommittedChange[]): void {
    this.#queue.push(changes)
    this.#count += changes.length
    if (this.#count > this.#most) this.#drop()
    this.wake()
  }

  end(error: Error | undefined): void {
    this.#ended = { error }
    this.wake()
  }

  wake(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  /** @returns [] when woken for another reason than changes, undefined at the wanted end */
  async next(): Promise<readonly CommittedChange[] | undefined> {
    if (this.#queue.length === 0 && this.#ended === undefined)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    const changes = this.#queue.shift()
    this.#count -= changes?.length ?? 0
    if (changes !== undefined) return changes
    if (this.#ended?.error !== undefined) throw this.#ended.error
    return this.#ended === undefined ? [] : undefined
  }

  #drop(): void {
    this.#queue = []
    this.#count = 0
  }
}
