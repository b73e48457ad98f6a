/** What was said here and is not acknowledged yet. */

import type { ErrorCode } from '@suda/protocol'

export type OutgoingCommand =
  | {
      readonly kind: 'post'
      readonly roomId: string
      /** Of the message: also what makes sending it twice harmless. */
      readonly messageId: string
      readonly text: string
      readonly replyTo?: string
      readonly threadId?: string
    }
  | {
      readonly kind: 'edit'
      readonly roomId: string
      readonly messageId: string
      readonly text: string
    }
  | { readonly kind: 'delete'; readonly roomId: string; readonly messageId: string }
  | { readonly kind: 'read'; readonly roomId: string; readonly seq: number; readonly force?: boolean }

/**
 * - `waiting`: will be sent, when its turn comes or the server can be reached
 * - `sending`: on its way, perhaps not for the first time
 * - `sent`: acknowledged, and not yet come back over the feed
 * - `failed`: refused; it stays with its text until it is tried again or given up
 */
export type OutgoingState = 'waiting' | 'sending' | 'sent' | 'failed'

export interface Outgoing {
  /** Of a post the message's id, else the `Idempotency-Key`. */
  readonly id: string
  /** Who said it: it is never sent as somebody else. */
  readonly userId: string
  /** When, by the clock of the device, in milliseconds since the epoch. */
  readonly madeAt: number
  readonly command: OutgoingCommand
  readonly state: OutgoingState
  /** Of `failed`: what to tell. */
  readonly error?: { readonly code: ErrorCode; readonly detail?: string }
  /** Of `sent`: the feed has told it when it has passed this. */
  readonly cursor?: string
}
