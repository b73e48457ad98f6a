/** Every number of the hub that an operator or a test may want otherwise. */

import type { Range } from './clock.ts'

export interface HubSettings {
  readonly heartbeatMs: number
  /** Share of `heartbeatMs` by which each one is moved at random, so that they do not come in step. */
  readonly heartbeatJitter: number
  /** A stream ends after this long, so that no one lives for ever on an old decision (DL13). */
  readonly maxAgeMs: Range
  /** Told to each client: how long to wait before it connects again. */
  readonly retryMs: Range
  readonly shutdownRetryMs: Range
  /** How long one slice of flushing may take (DL11). */
  readonly sliceMs: number
  /** Above this many unsent bytes a subscription is passed over (DL12). */
  readonly skipBytes: number
  /** Above this many pending bytes, or after `lagMs`, it lets go of its references and lags (DL12). */
  readonly lagBytes: number
  readonly lagMs: number
  /** Without any progress for this long it is closed (DL12). */
  readonly deadMs: number
  /** How long a closing stream may take to send what was written. */
  readonly closeMs: number
  /** How long a cursor beyond the head is waited for; 0 where this process owns the database. */
  readonly parkMs: number
  /** How much is replayed at once to one subscription. */
  readonly stepBytes: number
  readonly stepSlots: number
  /** Changes in one read of the log, and how many reads may run at a time. */
  readonly logBatch: number
  readonly logReads: number
  /** How exact the timers of streams are. */
  readonly tickMs: number
}

export const defaultSettings: HubSettings = {
  heartbeatMs: 20_000,
  heartbeatJitter: 0.2,
  maxAgeMs: [600_000, 1_800_000],
  retryMs: [1_000, 5_000],
  shutdownRetryMs: [500, 3_000],
  sliceMs: 3,
  skipBytes: 65_536,
  lagBytes: 1_048_576,
  lagMs: 15_000,
  deadMs: 60_000,
  closeMs: 1_000,
  parkMs: 0,
  stepBytes: 262_144,
  stepSlots: 1_000,
  logBatch: 200,
  logReads: 4,
  tickMs: 250,
}
