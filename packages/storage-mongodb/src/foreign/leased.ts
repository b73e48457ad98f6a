/** Work that one process at a time does for all. */

import { randomUUID } from 'node:crypto'
import type { Db } from 'mongodb'
import { giveUpLease, takeLease } from '../upkeep/lease.ts'
import { pause } from './patiently.ts'

const ASK_MS = 2_000
const LEASE_MS = 15_000
const RENEW_MS = 5_000

export interface LeaseOptions {
  readonly name: string
  readonly signal: AbortSignal
  /** Somebody else is at it. */
  readonly onWaiting?: () => void
}

/**
 * Waits until nobody else is at it. Where this process stalls for longer than the lease another one may begin, so the
 * work must stay true beside itself.
 */
export async function leased(
  db: Db,
  { name, onWaiting, signal }: LeaseOptions,
  work: () => Promise<void>,
): Promise<void> {
  const owner = randomUUID()
  const take = () => takeLease(db, { name, owner, forMs: LEASE_MS })
  for (let isFirst = true; !(await take()); isFirst = false) {
    if (isFirst) onWaiting?.()
    await pause(ASK_MS, signal)
    if (signal.aborted) return
  }
  const timer = setInterval(() => void take().catch(() => {}), RENEW_MS)
  try {
    await work()
  } finally {
    clearInterval(timer)
    await giveUpLease(db, name, owner).catch(() => {}) // it runs out by itself
  }
}
