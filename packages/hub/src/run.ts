/**
 * What waits in a subscription, as a path in a tree of items: subscriptions that wait for the same items in the same order
 * stand on the same node, so one concatenation serves them all and waiting costs one reference each (DL11).
 */

import type { Shape } from './shape.ts'
import type { Item } from './slot.ts'

export class Run {
  readonly #before: Run | undefined
  readonly #item: Item | undefined
  /** Position of the first item; 0 in an empty run. */
  readonly first: number
  readonly count: number
  readonly bytes: number
  /** One is enough: an item is handed to all its recipients before the next one is. */
  #next: Run | undefined
  #joined: Map<string, Joined> | undefined

  private constructor(before?: Run, item?: Item) {
    this.#before = before
    this.#item = item
    this.first = before === undefined || before.count === 0 ? (item?.position ?? 0) : before.first
    this.count = before === undefined ? 0 : before.count + 1
    this.bytes = before === undefined || item === undefined ? 0 : before.bytes + item.bytes
  }

  /** The empty run; each hub has one, the root of its tree. */
  static empty(): Run {
    return new Run()
  }

  get isEmpty(): boolean {
    return this.count === 0
  }

  with(item: Item): Run {
    if (this.#next === undefined || this.#next.#item !== item) this.#next = new Run(this, item)
    return this.#next
  }

  /**
   * All frames in one buffer; undefined if the shape tells nothing of them.
   * @param version of the slots: after a rewrite what was joined before is stale (DL2a)
   */
  join(shape: Shape, version: number): Buffer | undefined {
    if (this.count === 1) return this.#item?.frame(shape)
    const known = this.#joined?.get(shape.name)
    if (known !== undefined && known.version === version) return known.bytes
    const joined = { version, bytes: joinFrames(this.#frames(shape)) }
    this.#joined ??= new Map()
    this.#joined.set(shape.name, joined)
    return joined.bytes
  }

  /** Oldest first. */
  #frames(shape: Shape): Buffer[] {
    const frames = [this.#item?.frame(shape)]
    for (let run = this.#before; run !== undefined; run = run.#before) frames.push(run.#item?.frame(shape))
    return frames.filter((frame) => frame !== undefined).toReversed()
  }
}

interface Joined {
  readonly version: number
  readonly bytes: Buffer | undefined
}

function joinFrames(frames: readonly Buffer[]): Buffer | undefined {
  const [only] = frames
  return frames.length > 1 ? Buffer.concat(frames) : only
}
