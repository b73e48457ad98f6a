/** What stands in the events of a stream beside changes. */

export const PROTOCOL = 1

export interface Hello {
  readonly streamId: string
  /** Whether the stream goes on exactly where the given cursor stood. */
  readonly resumed: boolean
  /** The cursor from which on the stream tells everything. */
  readonly from: string
  /** The newest cursor of the site at this moment. */
  readonly head: string
  /** A live stream is never silent for longer than this. */
  readonly heartbeatMs: number
  readonly protocol: number
  readonly build: string
  readonly siteId: string
}

export type ResetReason =
  | 'epoch' // another database, or an older copy of this one, stands behind the site now
  | 'unreadable' // not a cursor
  | 'ahead' // beyond everything this site has
  | 'trimmed' // older than the log is kept
  | 'evicted' // fell behind further than could be replayed
  | 'joined' // this room could not be read before
  | 'watching' // this room is watched from now on

/** Load anew: everything, or one room. Never carries a cursor to resume from. */
export type Reset =
  | { readonly reason: ResetReason; readonly scope: 'all' }
  | { readonly reason: ResetReason; readonly scope: 'room'; readonly roomId: string }

export type ByeReason =
  'shutdown' | 'slow_reader' | 'session_ended' | 'removed' | 'revoked' | 'too_many_streams' | 'max_age' | 'upgrade'

/** The last event of a stream. */
export interface Bye {
  readonly reason: ByeReason
  /** Whether opening the stream again can succeed. */
  readonly reconnect: boolean
}

/** Never in the log, never with a position, never replayed (DL9). */
export interface Signal {
  readonly kind: 'typing'
  readonly roomId: string
  readonly userId: string
  /** For how long it holds unless it is renewed. */
  readonly forMs: number
}

/** The author of a message as of sending, in a room's own feed. */
export interface Author {
  readonly id: string
  readonly username: string
  readonly displayName: string
}
