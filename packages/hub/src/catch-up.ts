/** The way from a cursor to the head: out of the ring, out of the log when it is older, or a reset (steps 3 to 7). */

import { ChatError, type Reset, type ResetReason } from '@suda/protocol'
import { isToldInReplay } from './audience.ts'
import { count, type Counters } from './counters.ts'
import type { Flusher } from './flush.ts'
import { isTrimmed, slotOf, type LogReader, type Stretch } from './log-reader.ts'
import type { AwaitFeed, Parking } from './parking.ts'
import type { Readers } from './readers.ts'
import type { Ring } from './ring.ts'
import type { Run } from './run.ts'
import type { HubSettings } from './settings.ts'
import { Notice, type Slot } from './slot.ts'
import type { Streams } from './streams.ts'
import type { LoadRoom, Subscription } from './subscription.ts'

export interface CatchUpParts {
  readonly counters: Counters
  readonly settings: HubSettings
  readonly ring: Ring
  readonly empty: Run
  readonly readers: Readers
  readonly flusher: Flusher<Subscription>
  readonly parking: Parking
  readonly awaitFeed: AwaitFeed
  readonly log: LogReader
  readonly streams: Streams
}

export class CatchUp {
  readonly #parts: CatchUpParts

  constructor(parts: CatchUpParts) {
    this.#parts = parts
  }

  /** Replays what came after a position that lies in this epoch and not beyond the head. */
  from(subscription: Subscription, position: number): void {
    const { counters, ring } = this.#parts
    subscription.position = position
    subscription.state = 'replaying'
    if (this.#resetsNewRooms(subscription)) return this.fromNow(subscription)
    if (position < ring.last) count(counters.replays, ring.covers(position) ? 'ring' : 'log')
    this.#go(subscription)
  }

  /** From the head on; a room's feed tells first what the room holds. */
  fromNow(subscription: Subscription): void {
    const { ring } = this.#parts
    subscription.announcedTo = ring.last
    subscription.state = 'replaying'
    subscription.wasLive = false
    if (subscription.load !== undefined) return this.#load(subscription, subscription.load)
    subscription.position = ring.last
    this.#go(subscription)
  }

  /** Never a partial replay, never silence: the reader is told to load everything anew. */
  reset(subscription: Subscription, reason: ResetReason): void {
    this.#parts.streams.reset(subscription, { reason, scope: 'all' })
    this.fromNow(subscription)
  }

  /** One bounded piece of the way. */
  step(subscription: Subscription): void {
    const { flusher, ring, settings } = this.#parts
    if (subscription.isReading) return
    if (subscription.sink.bufferedBytes > settings.skipBytes) {
      subscription.stretch = undefined // it may take long, and holds much
      return
    }
    const slotAt = this.#sourceFor(subscription)
    if (slotAt === undefined) return this.#read(subscription)
    this.#tell(subscription, slotAt)
    if (subscription.isClosed) return
    if (subscription.position === ring.last) this.#arrive(subscription)
    else flusher.add(subscription)
  }

  /** Where the next slots are; undefined if the log must be read for them. */
  #sourceFor(subscription: Subscription): ((position: number) => Slot | undefined) | undefined {
    const { log, ring } = this.#parts
    const { position, stretch } = subscription
    if (ring.covers(position)) return (next) => ring.get(next)
    if (stretch === undefined || log.isStale(stretch) || slotOf(stretch, position + 1) === undefined) return undefined
    return (next) => slotOf(stretch, next)
  }

  #go(subscription: Subscription): void {
    this.#parts.flusher.add(subscription)
    this.#parts.flusher.flush()
  }

  /** Step 3. Answers whether the whole feed begins anew, as that of a single room then does. */
  #resetsNewRooms(subscription: Subscription): boolean {
    const { ring, streams } = this.#parts
    subscription.announcedTo = ring.last
    const rooms = [...subscription.since].filter(([, since]) => since > subscription.position)
    for (const [roomId] of rooms) streams.reset(subscription, roomReset(subscription, roomId))
    return rooms.length > 0 && subscription.roomId !== undefined
  }

  /** What is read is told in a step of its own, since many may wait for the same stretch. */
  #read(subscription: Subscription): void {
    subscription.isReading = true
    this.#parts.log.after(subscription.position).then(
      (stretch) => this.#continue(subscription, () => this.#take(subscription, stretch)),
      (error: unknown) => this.#continue(subscription, () => this.#giveUp(subscription, error)),
    )
  }

  #take(subscription: Subscription, stretch: Stretch): void {
    subscription.stretch = stretch
    this.#go(subscription)
  }

  /** Whatever changed while it was read is applied to the index already, so each piece is told by the current readership. */
  #continue(subscription: Subscription, next: () => void): void {
    subscription.isReading = false
    if (!subscription.isClosed) next()
  }

  #giveUp(subscription: Subscription, error: unknown): void {
    if (isTrimmed(error)) this.reset(subscription, subscription.wasLive ? 'evicted' : 'trimmed')
    else this.#parts.streams.fail(subscription, error)
  }

  /** Writes what concerns the reader among the next slots, up to a limit, in one write. */
  #tell(subscription: Subscription, slotAt: (position: number) => Slot | undefined): void {
    const { counters, empty, readers, ring, settings, streams } = this.#parts
    const until = subscription.position + settings.stepSlots
    let run = empty
    let position = subscription.position
    for (; position < until && run.bytes < settings.stepBytes; position++) {
      const slot = slotAt(position + 1)
      if (slot === undefined) break
      if (!isToldInReplay(slot, subscription, readers)) continue
      if (this.#isJoiningUntold(slot, subscription)) run = run.with(this.#joinNotice(slot, subscription))
      run = run.with(slot)
    }
    subscription.position = position
    counters.deliveries += run.count
    counters.coalesced += Math.max(run.count - 1, 0)
    if (!run.isEmpty) streams.write(subscription, run.join(subscription.shape, ring.rewrites))
  }

  /** A joining on the way, of a room that no reset in front of the replay spoke of. */
  #isJoiningUntold({ effect, position }: Slot, subscription: Subscription): boolean {
    if (effect?.kind !== 'joined' || effect.userId !== subscription.userId || subscription.roomId !== undefined)
      return false
    if (!subscription.rooms.has(effect.roomId)) return false
    return position > subscription.announcedTo || subscription.since.get(effect.roomId) !== position
  }

  #joinNotice({ change, position }: Slot, subscription: Subscription): Notice {
    const reset: Reset = { reason: 'joined', scope: 'room', roomId: change.roomId ?? '' }
    this.#parts.streams.noteReset(subscription, reset)
    return new Notice(position, 'reset', reset)
  }

  #arrive(subscription: Subscription): void {
    if (subscription.wasLive) this.#parts.counters.lagRecoveries++
    subscription.state = 'live'
    subscription.stretch = undefined
    subscription.wasLive = true
    subscription.onLive?.()
  }

  #load(subscription: Subscription, load: LoadRoom): void {
    subscription.isReading = true
    load().then(
      ({ position, bytes }) => this.#continue(subscription, () => this.#begin(subscription, position, bytes)),
      (error: unknown) => this.#continue(subscription, () => this.#endUnloaded(subscription, error)),
    )
  }

  /** Whoever loses the room at this very moment is told so; it is no fault of ours. */
  #endUnloaded(subscription: Subscription, error: unknown): void {
    const isLost = error instanceof ChatError && error.code === 'not_found'
    if (isLost) this.#parts.streams.close(subscription, 'removed')
    else this.#parts.streams.fail(subscription, error)
  }

  /** What was loaded may be newer than what this process has seen (DL7); changes go on from its label. */
  #begin(subscription: Subscription, position: number, bytes: Buffer | undefined): void {
    this.#parts.streams.write(subscription, bytes)
    subscription.position = position
    subscription.isReading = true
    this.#parts.awaitFeed(subscription, position, () => this.#continue(subscription, () => this.#go(subscription)))
    this.#parts.parking.reach(this.#parts.ring.last)
  }
}

function roomReset(subscription: Subscription, roomId: string): Reset {
  return { reason: subscription.watched.has(roomId) ? 'watching' : 'joined', scope: 'room', roomId }
}
