/** One change in memory: whom it concerns, what it does to readers, and its bytes once per shape (DL10). */

import { formatCursor, type CommittedChange } from '@suda/protocol'
import { effectOf, type Effect } from './effects.ts'
import type { EventId, EventName, Shape } from './shape.ts'

/** What can wait in a subscription until it is written. */
export interface Item {
  /** A subscription whose first waiting item this is was served up to `position - 1`. */
  readonly position: number
  readonly bytes: number
  frame(shape: Shape): Buffer | undefined
}

/** The audience, taken apart once. */
export interface Route {
  readonly roomIds: readonly string[]
  readonly userIds: readonly string[]
  readonly isSite: boolean
}

export class Slot implements Item {
  readonly position: number
  readonly at: number
  readonly #epoch: string
  readonly #frames = new Frames()
  #change: CommittedChange
  #route: Route
  #effect: Effect | undefined

  constructor(change: CommittedChange, epoch: string) {
    this.position = change.position
    this.at = change.at
    this.#epoch = epoch
    this.#change = change
    this.#route = routeOf(change)
    this.#effect = effectOf(change)
  }

  get change(): CommittedChange {
    return this.#change
  }

  get route(): Route {
    return this.#route
  }

  get effect(): Effect | undefined {
    return this.#effect
  }

  /** What it costs to keep, about: the text, its frames and the objects around them. */
  get bytes(): number {
    return this.#change.json.length * 2 + 256
  }

  frame(shape: Shape): Buffer | undefined {
    if (this.#change.type === 'void') return undefined
    return this.#frames.of(shape, () => shape.encode(this.#change, formatCursor(this.#epoch, this.position)))
  }

  /** DL2a: whoever still waits for this slot gets what it is now. */
  rewrite(change: CommittedChange): void {
    this.#change = change
    this.#route = routeOf(change)
    this.#effect = effectOf(change)
    this.#frames.clear()
  }
}

/** An event beside the log, in its place among changes: a reset, a signal, a heartbeat. */
export class Notice implements Item {
  readonly position: number
  readonly #name: EventName
  readonly #data: string
  readonly #id: EventId
  readonly #frames = new Frames()

  constructor(position: number, name: EventName, data: object, id?: EventId) {
    this.position = position
    this.#name = name
    this.#data = JSON.stringify(data)
    this.#id = id
  }

  get bytes(): number {
    return this.#data.length + 64
  }

  frame(shape: Shape): Buffer | undefined {
    return this.#frames.of(shape, () => shape.encodeEvent(this.#name, this.#data, this.#id))
  }
}

/** Nearly always there is one shape, and a map for it would weigh more than the frame. */
class Frames {
  #name: string | undefined
  #frame: Buffer | undefined
  #others: Map<string, Buffer | undefined> | undefined

  of(shape: Shape, encode: () => Buffer | undefined): Buffer | undefined {
    if (this.#name === shape.name) return this.#frame
    if (this.#name === undefined) {
      this.#frame = encode()
      this.#name = shape.name
      return this.#frame
    }
    this.#others ??= new Map()
    if (!this.#others.has(shape.name)) this.#others.set(shape.name, encode())
    return this.#others.get(shape.name)
  }

  clear(): void {
    this.#name = undefined
    this.#frame = undefined
    this.#others = undefined
  }
}

function routeOf({ audience }: CommittedChange): Route {
  return {
    roomIds: named(audience, 'room:'),
    userIds: named(audience, 'user:'),
    isSite: audience.includes('site'),
  }
}

const none: readonly string[] = []

function named(audience: readonly string[], prefix: string): readonly string[] {
  const names = audience.filter((entry) => entry.startsWith(prefix)).map((entry) => entry.slice(prefix.length))
  return names.length === 0 ? none : names
}
