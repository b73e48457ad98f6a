/** Puts the parts of the hub together; each one knows only those that it is handed. */

import { CatchUp } from './catch-up.ts'
import type { Clock } from './clock.ts'
import { Connect, type SiteFacts } from './connect.ts'
import { newCounters } from './counters.ts'
import { Delivery } from './delivery.ts'
import { EffectApplier } from './effect-applier.ts'
import { Farewell } from './farewell.ts'
import { Flusher } from './flush.ts'
import { LogReader, type Replay } from './log-reader.ts'
import { Pace } from './pace.ts'
import { awaitingFeed, Parking } from './parking.ts'
import { Readers } from './readers.ts'
import { Ring, type RingLimits } from './ring.ts'
import { Run } from './run.ts'
import { defaultSettings, type HubSettings } from './settings.ts'
import { Streams } from './streams.ts'
import type { Subscription } from './subscription.ts'
import { TimerWheel } from './timer-wheel.ts'

export interface PartsOptions extends SiteFacts {
  readonly epoch: string
  /** Position of the newest change that counts as known; the feed goes on behind it. */
  readonly head: number
  /** All public rooms, labelled with a position that was read first (DL7). */
  readonly publicRooms: { readonly position: number; readonly roomIds: readonly string[] }
  readonly replay: Replay
  readonly ringLimits?: Partial<RingLimits>
  readonly settings?: Partial<HubSettings>
  readonly clock: Clock
  /** Told of what ended a stream by our fault: a read that failed, a shape that threw. */
  readonly onError: (error: unknown) => void
}

/** Enough for everybody who was away for minutes on a busy site, or for an hour on a quiet one. */
const ringLimits: RingLimits = { maxCount: 20_000, maxBytes: 64 * 1_048_576, maxAgeMs: 3_600_000 }

export type Parts = ReturnType<typeof assemble>

export function assemble(options: PartsOptions) {
  const base = baseOf(options)
  const { clock, epoch, settings } = base
  const wheel = new TimerWheel<Subscription>({ clock, tickMs: settings.tickMs, onDue: (due) => pace.onDue(due) })
  const flusher = new Flusher<Subscription>({ clock, sliceMs: settings.sliceMs, advance: (next) => advance(next) })
  const log = new LogReader({ epoch, replay: options.replay, batch: settings.logBatch, reads: settings.logReads })
  const streams = new Streams({ ...base, wheel })
  const awaitFeed = awaitingFeed(base.parking, streams, settings)
  const pace: Pace = new Pace({ ...base, flusher, wheel, streams, recover: (one) => catchUp.from(one, one.position) })
  const catchUp: CatchUp = new CatchUp({ ...base, flusher, log, streams, awaitFeed })
  const connect = new Connect({ ...base, facts: options, streams, catchUp, awaitFeed })
  const effects = new EffectApplier({ ...base, pace, streams })
  const delivery = new Delivery({ ...base, log, pace, effects })
  const farewell = new Farewell({ ...base, pace, streams })
  // A shape that throws costs its own stream, which comes again, and neither the feed nor the others.
  const advance = (next: Subscription): void => {
    try {
      if (next.isLive) pace.flush(next)
      else if (next.state === 'replaying') catchUp.step(next)
    } catch (error) {
      streams.fail(next, error)
    }
  }
  return { ...base, wheel, flusher, log, streams, pace, catchUp, connect, delivery, farewell }
}

function baseOf({ clock, epoch, head, publicRooms, ...limits }: PartsOptions) {
  return {
    epoch,
    clock,
    counters: newCounters(),
    settings: { ...defaultSettings, ...limits.settings },
    ring: new Ring({ ...ringLimits, ...limits.ringLimits }, head),
    empty: Run.empty(),
    readers: new Readers(publicRooms.roomIds),
    parking: new Parking(clock),
    onError: limits.onError,
  }
}
