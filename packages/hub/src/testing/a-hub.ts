/** A hub over a world, with a clock that the test moves and readers that attach in one line. */

import type { CommittedChange } from '@suda/protocol'
import { sseShape } from '../frame.ts'
import { Hub } from '../hub.ts'
import type { RingLimits } from '../ring.ts'
import type { HubSettings } from '../settings.ts'
import type { AttachOptions, LoadRoom, Subscription } from '../subscription.ts'
import { FakeClock, promises } from './fake-clock.ts'
import { FakeSink } from './fake-sink.ts'
import { World } from './world.ts'

export interface HubSetUp {
  readonly world?: World
  readonly settings?: Partial<HubSettings>
  readonly ringLimits?: Partial<RingLimits>
  /** Where the hub begins; the log behind it waits to be pushed. */
  readonly head?: number
  /** Nothing is in the ring at first. */
  readonly isCold?: boolean
  readonly onError?: (error: unknown) => void
  readonly replay?: (position: number, limit: number) => Promise<readonly CommittedChange[]>
}

export interface Client {
  readonly sink: FakeSink
  readonly subscription: Subscription
}

export type ClientOptions = Partial<AttachOptions> & {
  /** A position of the world's epoch. */
  readonly after?: number
  /** The readership is as of this position. */
  readonly readAt?: number
  readonly feedOf?: string
}

export function aHub({
  world = new World(),
  settings,
  ringLimits,
  head = world.head,
  isCold = false,
  // What nobody expected must not pass in silence.
  onError = fail,
  replay,
}: HubSetUp = {}) {
  const clock = new FakeClock()
  let streams = 0
  const hub = new Hub({
    epoch: 'e1',
    head,
    publicRooms: world.publicRooms(head),
    replay: replay ?? world.changesAfter,
    siteId: 'site',
    build: '1',
    protocol: 1,
    newStreamId: () => `s${++streams}`,
    clock,
    onError,
    ...(settings && { settings }),
    ...(ringLimits && { ringLimits }),
  })

  if (!isCold) hub.warm(world.log.slice(0, head))

  const connect = (userId: string, options: ClientOptions = {}): Client => {
    const { after, feedOf, readAt, ...given } = options
    const sink = new FakeSink()
    const load: LoadRoom = async () => ({ position: world.head, bytes: messagesFrame(world.head) })
    const subscription = hub.attach({
      feed: feedOf === undefined ? { kind: 'personal' } : { kind: 'room', roomId: feedOf, load },
      userId,
      readership: world.readership(userId, feedOf, readAt),
      reread: async () => world.readership(userId, feedOf),
      shape: sseShape,
      sink,
      ...(after !== undefined && { cursor: `e1.${after}` }),
      ...given,
    })
    clock.settle()
    return { sink, subscription }
  }

  /** What the world committed and the hub has not seen. */
  const feed = (): void => {
    hub.push(world.log.slice(hub.head))
    clock.settle()
  }

  /** Until no read and no turn is waited for any more. */
  const idle = async (): Promise<void> => {
    for (let calm = 0; calm < 3; calm++) {
      if (clock.waiting > 0) calm = 0
      clock.settle()
      await promises()
    }
  }

  return { clock, connect, feed, hub, idle, world }
}

export function messagesFrame(position: number): Buffer {
  return Buffer.from(`id: e1.${position}\nevent: messages\ndata: {}\n\n`)
}

function fail(error: unknown): void {
  throw error
}
