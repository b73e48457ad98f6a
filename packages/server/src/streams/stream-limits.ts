/** How many streams may be open at once. An address may stand for a whole school. */

import { networkOf } from '../limits/network-of.ts'

export const STREAM_LIMITS = { perUser: 20, perAddress: 2_000 } as const

export interface StreamLimits {
  readonly perUser: number
  readonly perAddress: number
}

export class OpenStreams {
  readonly #limits: StreamLimits
  readonly #byAddress = new Map<string, number>()
  readonly #byUser = new Map<string, number>()

  constructor(limits: StreamLimits) {
    this.#limits = limits
  }

  /** @returns what to call when the stream is over; undefined if there are too many already */
  admit(userId: string, address: string): (() => void) | undefined {
    const network = networkOf(address)
    const isFull =
      (this.#byUser.get(userId) ?? 0) >= this.#limits.perUser ||
      (this.#byAddress.get(network) ?? 0) >= this.#limits.perAddress
    if (isFull) return undefined
    add(this.#byUser, userId, 1)
    add(this.#byAddress, network, 1)
    return () => {
      add(this.#byUser, userId, -1)
      add(this.#byAddress, network, -1)
    }
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
