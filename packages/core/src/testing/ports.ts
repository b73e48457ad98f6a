/** The world as tests see it: a real clock and real HMACs, ids that count. */

import { createHmac } from 'node:crypto'
import type { Ports } from '../ports.ts'

export function testPorts(): Ports {
  let ids = 0
  return {
    now: () => Date.now(),
    newId: () => anId(++ids),
    hmac: (secret, text) => createHmac('sha256', secret).update(text).digest('hex'),
  }
}

/** The nth id: a version 7 UUID in form, sorted by n. */
export function anId(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}
