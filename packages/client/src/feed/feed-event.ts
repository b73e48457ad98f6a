/** What a feed tells, by whichever way it comes: EventSource, fetch stream, long poll, or another tab. */

import type { Bye, Change, Hello, Reset, Signal } from '@suda/protocol'

export type FeedEvent =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'change'; readonly cursor: string; readonly change: Change }
  /** Everything up to there was told. */
  | { readonly kind: 'heartbeat'; readonly cursor: string }
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'reset'; readonly reset: Reset }
  | { readonly kind: 'bye'; readonly bye: Bye }

export interface SourceHandlers {
  readonly onEvent: (event: FeedEvent) => void
  /** Once, unless it was closed by us. `error` is there where the server refused, absent where the network failed. */
  readonly onEnd: (error?: unknown) => void
}

/** One open way from the server. */
export interface Source {
  close(): void
}
