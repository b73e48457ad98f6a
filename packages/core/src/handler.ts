/** How a command becomes drafts. */

import type { ErrorCode } from '@suda/protocol'
import type { Actor } from './actor.ts'
import type { Command } from './commands.ts'
import type { Ports } from './ports.ts'
import type { Draft } from './storage/drafts.ts'
import type { Precondition } from './storage/preconditions.ts'
import type { Reads } from './storage/storage.ts'

/** What a handler may use: it reads and decides, and never writes. */
export interface HandlerContext {
  readonly reads: Reads
  readonly ports: Ports
  /** Of the HMACs of message bodies; the same as long as the database lives. */
  secret(): Promise<string>
}

export interface Plan {
  /** Empty: everything is as the command wants it already. */
  readonly drafts: readonly Draft[]
  readonly preconditions: readonly Precondition[]
  /** Who did it, where that is somebody whom the drafts make. */
  readonly actorId?: string
  /** Refusals by the commit that are about others than the actor, such as the host of an invite: the handler decides anew. */
  readonly decidedAnewOn?: readonly ErrorCode[]
}

/** @throws ChatError when the command is refused */
export type Handler<C extends Command, A extends Actor = Actor> = (
  command: C,
  actor: A,
  context: HandlerContext,
) => Promise<Plan>

export const NOTHING: Plan = { drafts: [], preconditions: [] }
