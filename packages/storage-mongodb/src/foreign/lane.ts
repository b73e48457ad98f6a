/**
 * Foreign rows on their way to become messages, one after the other, in the order in which they came. Every process has
 * all of them in its lane; whoever comes first posts, the others let go of what was settled meanwhile.
 */

import type { Item } from './foreign-row.ts'
import { patiently, pause } from './patiently.ts'
import { postInOrder, type Posting } from './post-in-order.ts'

const AT_ONCE = 25
const MOST_BYTES_AT_ONCE = 100_000
const MOST_BYTES = 16_000_000

export interface LaneOptions extends Posting {
  /** For people. */
  readonly name: string
  /** How long others go first. */
  readonly delayMs: () => number
  /** Of these, in order, those that nobody has settled. */
  readonly waiting: (items: readonly Item[]) => Promise<readonly Item[]>
  readonly onNotice: (line: string) => void
  /** Nothing is left; `isCut`: but there was more than the lane holds, which must be looked up. */
  readonly onEmpty?: (isCut: boolean) => void
}

export class Lane {
  readonly #options: LaneOptions
  readonly #stopping = new AbortController()
  readonly #known = new Set<string>()
  #queue: Item[] = []
  /** What came since it was held. */
  #meanwhile: Item[] = []
  #bytes = 0
  #isCut = false
  #isHeld = true
  #running: Promise<void> | undefined

  constructor(options: LaneOptions) {
    this.#options = options
  }

  has(sourceId: string): boolean {
    return this.#known.has(sourceId)
  }

  /** Whether everything that it was given is in it or done with. */
  get isWhole(): boolean {
    return !this.#isHeld && !this.#isCut
  }

  /** Behind all others. What the lane has no room for is left out, and so is everything after it. */
  push(items: readonly Item[]): void {
    for (const item of items) this.#append(item)
    this.#runSoon()
  }

  /**
   * Nothing more is begun; resolves when nothing is at work. What was left out until now must be looked up, and what
   * comes from now on stands behind what is.
   */
  async hold(): Promise<void> {
    this.#isHeld = true
    this.#isCut = false
    await this.#running
  }

  /** As `hold`; what came since an earlier one is looked up as well, since there may be more between that and the rest. */
  async begin(): Promise<void> {
    for (const { bytes, row } of this.#meanwhile) {
      this.#known.delete(row.sourceId)
      this.#bytes -= bytes
    }
    this.#meanwhile = []
    await this.hold()
  }

  /** Goes on: first what is left, then what was looked up, then what came meanwhile. `isCut`: there is more to look up. */
  release(items: readonly Item[] = [], isCut = false): void {
    const [left, meanwhile] = [this.#queue, this.#meanwhile]
    const isLeftOut = this.#isCut
    this.#beginAnew()
    for (const item of [...left, ...items]) this.#append(item)
    this.#isCut ||= isCut
    for (const item of meanwhile) this.#append(item)
    this.#isCut ||= isLeftOut
    this.#runSoon()
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await this.hold()
  }

  get #isStopped(): boolean {
    return this.#isHeld || this.#stopping.signal.aborted
  }

  #beginAnew(): void {
    this.#queue = []
    this.#meanwhile = []
    this.#known.clear()
    this.#bytes = 0
    this.#isCut = false
    this.#isHeld = false
  }

  #append(item: Item): void {
    if (this.#known.has(item.row.sourceId)) return
    this.#isCut ||= this.#bytes + item.bytes > MOST_BYTES && this.#known.size > 0
    if (this.#isCut) return
    if (this.#isHeld) this.#meanwhile.push(item)
    else this.#queue.push(item)
    this.#known.add(item.row.sourceId)
    this.#bytes += item.bytes
  }

  #runSoon(): void {
    if (this.#isStopped || this.#running !== undefined || this.#queue.length === 0) return
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      if (this.#queue.length > 0) this.#runSoon()
      else if (!this.#isStopped) this.#options.onEmpty?.(this.#isCut)
    })
  }

  /** Never rejects. The order of the rows is the order of the messages, so behind one that must wait all wait. */
  async #run(): Promise<void> {
    const { name, onNotice } = this.#options
    const patience = {
      signal: this.#stopping.signal,
      onTrouble: (reason: string) => onNotice(`${name} waits: ${reason}`),
    }
    while (!this.#isStopped && this.#queue.length > 0) await patiently(patience, () => this.#step())
  }

  async #step(): Promise<void> {
    // Many at once take whoever comes first longer than one.
    const delayMs = this.#options.delayMs() * Math.ceil(this.#front().length / 5)
    const [first] = this.#queue
    if (delayMs > 0) await pause(delayMs, this.#stopping.signal)
    if (delayMs > 0 || this.#queue.length > AT_ONCE) await this.#letGoOfSettled()
    // While somebody else gets on with them there is no need to come in between.
    if (this.#queue[0] === first && !this.#isStopped) await this.#postSome()
  }

  async #letGoOfSettled(): Promise<void> {
    const front = this.#queue.slice(0, 8 * AT_ONCE)
    const waiting = new Set(await this.#options.waiting(front))
    this.#remove(front.filter((item) => !waiting.has(item)))
  }

  #postSome(): Promise<void> {
    return postInOrder(this.#front(), this.#options, (settled) => this.#remove(settled.map(({ item }) => item)))
  }

  /** As many as go into one transaction. */
  #front(): readonly Item[] {
    let bytes = 0
    const front = this.#queue.slice(0, AT_ONCE)
    const tooMany = front.findIndex((item, index) => (bytes += item.bytes) > MOST_BYTES_AT_ONCE && index > 0)
    return tooMany < 0 ? front : front.slice(0, tooMany)
  }

  #remove(items: readonly Item[]): void {
    const gone = new Set(items)
    this.#queue = this.#queue.filter((item) => !gone.has(item))
    for (const { bytes, row } of gone) {
      this.#bytes -= bytes
      this.#known.delete(row.sourceId)
    }
  }
}
