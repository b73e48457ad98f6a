/** The world as tests see it: a clock that can be put forward, real HMACs, ids that count. */

import { createHmac } from 'node:crypto'
import type { Ports } from '../ports.ts'

export interface TestPorts extends Ports {
  /** So many days later than it is, or earlier. Storage keeps its own clock. */
  shiftClock(days: number): void
}

export function testPorts(): TestPorts {
  let ids = 0
  let aheadMs = 0
  return {
    shiftClock: (days) => {
      aheadMs = days * DAY_MS
    },
    now: () => Date.now() + aheadMs,
    newId: () => anId(++ids),
    hmac: (secret, text) => createHmac('sha256', secret).update(text).digest('hex'),
  }
}

const DAY_MS = 24 * 3_600_000

/** The nth id: a version 7 UUID in form, sorted by n. */
export function anId(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}
