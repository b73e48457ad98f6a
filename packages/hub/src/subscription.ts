/**
 * One reader attached to the feed. It holds what the hub must know of the stream; what is done with it stands in the
 * files by subject: connect.ts, catch-up.ts, pace.ts, delivery.ts.
 */

import type { Bye, ByeReason, Reset } from '@suda/protocol'
import type { Flushable } from './flush.ts'
import type { Stretch } from './log-reader.ts'
import type { Readership } from './readership.ts'
import type { Run } from './run.ts'
import type { Shape } from './shape.ts'
import type { Notice } from './slot.ts'
import type { Sink } from './sink.ts'
import type { Timed } from './timer-wheel.ts'

/**
 * `replaying`: on the way from its cursor to the head (waiting for a read included); `live`: gets each change as it comes;
 * `lagging`: fell behind and waits until what was written has left.
 */
export type StreamState = 'replaying' | 'live' | 'lagging' | 'closed'

export interface AttachOptions {
  /** The reader's own feed, or that of one room with all its readers. */
  readonly feed:
    { readonly kind: 'personal' } | { readonly kind: 'room'; readonly roomId: string; readonly load: LoadRoom }
  readonly userId: string
  /** Absent for a stream that a token opened by itself. */
  readonly sessionId?: string
  readonly tokenId?: string
  /** Until the session or token expires; absent: never. */
  readonly expiresInMs?: number
  /** As the client sent it. Absent: from now on; a room's feed then begins with `load`. */
  readonly cursor?: string
  /** Read after the session was, and after the cursor arrived. */
  readonly readership: Readership
  /** Reads it again, when what was read is older than the ring. */
  readonly reread: () => Promise<Readership>
  readonly shape: Shape
  readonly sink: Sink
  /** Called once when the stream is over, by whichever side; `reason` is absent if the client left or a read failed. */
  readonly onClose?: (reason: ByeReason | undefined) => void
  /** Called each time that the stream has come up to the head. */
  readonly onLive?: () => void
  /** Called with each reset once it was told, for formats that cannot say it. */
  readonly onReset?: (reset: Reset) => void
}

/**
 * Reads what a room's feed tells before its changes (its `messages` event, already in the stream's shape), labelled with a
 * position that was read first (DL7). Rejects if the reader may not read the room any more: the stream ends.
 */
export type LoadRoom = () => Promise<{ readonly position: number; readonly bytes: Buffer | undefined }>

export class Subscription implements Flushable, Timed {
  readonly streamId: string
  readonly shape: Shape
  readonly sink: Sink
  readonly userId: string
  readonly sessionId: string | undefined
  readonly tokenId: string | undefined
  /** Only on a room's own feed. */
  readonly roomId: string | undefined
  readonly load: LoadRoom | undefined
  readonly onClose: ((reason: ByeReason | undefined) => void) | undefined
  readonly onLive: (() => void) | undefined
  readonly onReset: ((reset: Reset) => void) | undefined

  state: StreamState = 'replaying'
  isGuest: boolean
  /** Rooms of which the user is a member; kept by Readers. */
  readonly rooms = new Set<string>()
  /** Rooms that are looked at without joining; kept by Readers. */
  readonly watched = new Set<string>()
  /** Rooms that could not be read before a position of this stream: nothing of them up to there (step 3). */
  readonly since = new Map<string, number>()
  /** When the account was made, ms. */
  readonly userSince: number
  /** Rooms of the user that were deleted, with the position of that, the last of them that is told. */
  readonly deleted = new Map<string, number>()
  /** Joinings up to here were told by a reset in front of the replay. */
  announcedTo = 0

  /** While not live: everything relevant up to here was written (DL6). */
  position = 0
  /** While live: what is still to be written. */
  run: Run
  /** The change that was handed to it last, so that no audience reaches it twice. */
  lastOffered = 0
  /** The notice that was handed to it last, for the same reason. */
  lastNotice: Notice | undefined
  isQueued = false
  /** What was read of the log for it and is not told yet. */
  stretch: Stretch | undefined
  /** Something is waited for before anything can be told: who the reader is at first, then a read of the log. */
  isReading = true
  /** It was served before, so what it misses it missed by being slow. */
  wasLive = false

  /** Since when it is passed over because too much is unsent (DL12). */
  slowSince: number | undefined
  /** Bytes ever written, and how many of them had left at `progressAt`. */
  bytesWritten = 0
  bytesLeft = 0
  progressAt = 0
  lastWriteAt = 0

  dueAt = Infinity
  endsAt = Infinity
  expiresAt = Infinity
  heartbeatAfterMs = Infinity

  constructor(streamId: string, options: AttachOptions, empty: Run) {
    this.streamId = streamId
    this.shape = options.shape
    this.sink = options.sink
    this.userId = options.userId
    this.sessionId = options.sessionId
    this.tokenId = options.tokenId
    if (options.feed.kind === 'room') {
      this.roomId = options.feed.roomId
      this.load = options.feed.load
    }
    this.onClose = options.onClose
    this.onLive = options.onLive
    this.onReset = options.onReset
    this.isGuest = options.readership.user?.siteRole === 'guest'
    this.userSince = options.readership.createdAt ?? 0
    this.run = empty
  }

  get kind(): 'personal' | 'room' {
    return this.roomId === undefined ? 'personal' : 'room'
  }

  get isLive(): boolean {
    return this.state === 'live'
  }

  get isClosed(): boolean {
    return this.state === 'closed'
  }
}

/** Whether a client can do better by connecting again. */
export function byeOf(reason: ByeReason): Bye {
  const reconnect = reason !== 'session_ended' && reason !== 'removed' && reason !== 'revoked'
  return { reason, reconnect }
}
