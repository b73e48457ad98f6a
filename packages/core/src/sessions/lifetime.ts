/** How long a session lives: two weeks from its last use, three months in all. */

import { toMs, toTime } from '../instant.ts'

const DAY_MS = 24 * 3_600_000
const IDLE_MS = 14 * DAY_MS
const LIFETIME_MS = 90 * DAY_MS

/** For one that is begun or used now. ISO 8601 UTC. */
export function sessionEnd(now: number, createdAt: number = now): string {
  return toTime(Math.min(now + IDLE_MS, createdAt + LIFETIME_MS))
}

/** Once a day is often enough, so that using a session does not write all the time. */
export function isWorthRenewing(expiresAt: string, now: number): boolean {
  return toMs(expiresAt) < now + IDLE_MS - DAY_MS
}
