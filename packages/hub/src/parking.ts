/** Those who wait until this process has come to a position. */

import type { Clock } from './clock.ts'
import type { HubSettings } from './settings.ts'
import type { Streams } from './streams.ts'
import type { Subscription } from './subscription.ts'

interface Parked {
  readonly position: number
  readonly resume: (isReached: boolean) => void
}

export class Parking {
  readonly #clock: Clock
  readonly #parked = new Set<Parked>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls back once: when `reach` comes to the position, or when the time is over. */
  wait(position: number, resume: (isReached: boolean) => void, forMs: number): void {
    const parked: Parked = { position, resume }
    this.#parked.add(parked)
    this.#clock.after(forMs, () => this.#release(parked, false))
  }

  /** Every change up to here was applied. */
  reach(position: number): void {
    if (this.#parked.size === 0) return
    const reached = [...this.#parked].filter((parked) => parked.position <= position)
    for (const parked of reached) this.#release(parked, true)
  }

  #release(parked: Parked, isReached: boolean): void {
    if (this.#parked.delete(parked)) parked.resume(isReached)
  }
}

/** Goes on once the feed has brought what the storage has already. */
export type AwaitFeed = (subscription: Subscription, position: number, next: () => void) => void

/** A feed that does not come so far within a heartbeat has stopped: the reader is sent to look for another process. */
export function awaitingFeed(parking: Parking, streams: Streams, { heartbeatMs }: HubSettings): AwaitFeed {
  return (subscription, position, next) =>
    parking.wait(
      position,
      (isReached) => {
        if (isReached) next()
        else streams.close(subscription, 'shutdown')
      },
      heartbeatMs,
    )
}
