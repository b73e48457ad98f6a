/** What the main thread and the writer tell each other. */

import type { CommitOptions, Committed, Draft, LogHead, StorageStatus } from '@suda/core/storage'
import type { ErrorCode } from '@suda/protocol'
import type { DataPaths } from './data-dir.ts'
import type { SqliteLimits } from './limits.ts'
import type { OpenErrorKind } from './open-error.ts'

export interface WriterData {
  readonly paths: DataPaths
  readonly synchronous: 'FULL' | 'OFF'
  readonly limits: SqliteLimits
  /** Tests alone: a module whose `withFaults` wraps the database, to make it fail. */
  readonly faults?: string | undefined
  /** After a thread that died: there is a fault until a write shows that there is none. */
  readonly isRestart: boolean
}

export interface CommitRequest {
  readonly serial: number
  readonly drafts: readonly Draft[]
  readonly options: CommitOptions
}

export type Outcome =
  | { readonly serial: number; readonly ok: true; readonly committed: Committed }
  /** `bug` is what no table of errors knows. */
  | { readonly serial: number; readonly ok: false; readonly code: ErrorCode | 'bug'; readonly reason: string }

export type ToWriter =
  { readonly type: 'commit'; readonly requests: readonly CommitRequest[] } | { readonly type: 'close' }

export type FromWriter =
  | { readonly type: 'ready'; readonly head: LogHead; readonly erasing: number }
  | { readonly type: 'refused'; readonly kind: OpenErrorKind; readonly reason: string }
  | { readonly type: 'notice'; readonly line: string }
  /** A group was committed, or failed as a whole, after `tookMs`; `committedAt` in ms since the epoch. */
  | {
      readonly type: 'group'
      readonly outcomes: readonly Outcome[]
      readonly committedAt: number
      readonly tookMs: number
      readonly status: WriterStatus
    }
  | { readonly type: 'status'; readonly status: WriterStatus }
  | { readonly type: 'closed' }

export interface WriterStatus {
  readonly fault: StorageStatus['fault']
  readonly erasing: number
}
