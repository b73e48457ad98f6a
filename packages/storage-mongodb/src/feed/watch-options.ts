/** What the one change stream of a process watches, whom it tells, and how patient it is. */

import type { Document } from 'mongodb'

export interface WatchOptions {
  readonly url: string
  readonly databaseName: string
  /** Whose inserts are told. Markers are watched beside them. */
  readonly collections: readonly string[]
  /** Inserted documents in the order of their commits; what came together and is of one collection at once. */
  readonly onInsert: (collection: string, documents: readonly Document[]) => void
  /** Markers, everybody's, in their place among the rest: what was inserted before one has been told by then. */
  readonly onMarkers?: (markers: readonly Document[]) => void
  /** A stream without a past is about to be opened: until `onOpenedAnew` what it tells may stand behind what was missed. */
  readonly onGap?: () => void
  /**
   * A stream without a past is open, at the start or because the last one could not be resumed. Everything that is
   * inserted from now on comes by `onInsert`; what was inserted before must be looked up, and can be read by now. It is
   * asked again and again until it resolves.
   */
  readonly onOpenedAnew: () => Promise<void>
  /** What went wrong and is being mended, said once, and that it is well again. Must not throw. */
  readonly onNotice: (line: string, error?: unknown) => void
  readonly timings?: Partial<WatchTimings>
}

/** All in milliseconds. */
export interface WatchTimings {
  /** How long the server waits for something to tell before it answers that there is nothing. */
  readonly awaitMs: number
  /** A server that answers nothing for so long is given up, with the client that asked it. */
  readonly silenceMs: number
  /** A marker that does not come by for so long is taken for a stream that does not work. */
  readonly markerMs: number
  /** Before a stream is opened again: doubled each time up to the longest, and shortened at random. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** The start fails if nothing is open until then. */
  readonly startMs: number
  /** For a connection, and as long again for a primary. The driver may need so long to let go of a client. */
  readonly connectMs: number
  /** So long `close` waits for the driver. */
  readonly closeMs: number
  /** The last resort behind `silenceMs`. */
  readonly socketMs: number
}

export const defaultTimings: WatchTimings = {
  awaitMs: 1_000,
  silenceMs: 15_000,
  markerMs: 15_000,
  firstPauseMs: 10,
  longestPauseMs: 2_000,
  startMs: 30_000,
  connectMs: 5_000,
  closeMs: 500,
  socketMs: 25_000,
}
