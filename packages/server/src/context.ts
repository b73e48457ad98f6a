/** All that the edge needs of the rest of the process. Made once in `main.ts`, handed to `createApp`, never global. */

import type { Chat, Storage } from '@suda/core'
import type { Hub } from '@suda/hub'
import type { Signal, SignUp } from '@suda/protocol'
import type { Logger } from 'pino'
import type { Passwords } from './auth/passwords/passwords.ts'
import type { Limits } from './limits/limits.ts'
import type { SignInThrottle } from './limits/sign-in-throttle.ts'

export interface AppContext {
  readonly chat: Chat
  readonly hub: Hub
  /** For reads that only the edge needs; what belongs to somebody goes through `chat`. */
  readonly storage: Pick<
    Storage,
    'head' | 'status' | 'changesAfter' | 'session' | 'token' | 'user' | 'member' | 'message' | 'messageOrigin'
  >
  readonly config: AppConfig
  readonly log: Logger
  /** What is running: the version, and the commit where it is known. */
  readonly build: string
  readonly version: string
  readonly siteId: string
  /** Of the code of the set-up; never leaves the server. */
  readonly siteSecret: string
  readonly passwords: Passwords
  readonly signIns: SignInThrottle
  readonly limits: Limits
  /** A new UUID, version 7, lower-case. */
  newId(): string
  /** Milliseconds since the epoch. */
  now(): number
  /** Tells the open streams of the site, here and at other processes (DL9). */
  signal(signal: Signal): void
  readonly metrics: AppMetrics
  /** Aborted when the process is about to stop: nothing new is to be sent to it. */
  readonly stopping: AbortSignal
}

/** The part of the settings by which the edge behaves. */
export interface AppConfig {
  /** Without a slash at its end; its path is the prefix of everything. */
  readonly publicUrl?: string | undefined
  /** How many proxies in front are believed, or which; `false` is none. */
  readonly trustProxy: false | number | readonly string[]
  /** `false` also lifts the limits of open streams. */
  readonly rateLimits: boolean
  /** Wins over the site's own setting. */
  readonly signUp?: SignUp | undefined
}

export type StreamKind = 'feed' | 'room' | 'room-ndjson' | 'room-text' | 'long-poll'

/** What the edge counts; rendering it is the work of whoever made it. */
export interface AppMetrics {
  /** @param route its template, such as `/api/rooms/:room`; `unknown` where nothing matched */
  requestEnded(request: { method: string; route: string; status: number; seconds: number }): void
  streamOpened(kind: StreamKind): void
  streamClosed(kind: StreamKind): void
  /** All figures in the text format of Prometheus. */
  render(): Promise<{ contentType: string; text: string }>
}
