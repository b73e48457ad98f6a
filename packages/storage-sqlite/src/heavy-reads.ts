/** What the reader thread does: reads that would hold up the main thread. */

import type { ErrorCode } from '@suda/protocol'
import { changesAfter } from './log-rows.ts'
import { readAudit } from './reads/audit.ts'
import { readInvites } from './reads/invites.ts'
import { readMessages, readThread } from './reads/messages.ts'
import { findUsers, readUsers } from './reads/people.ts'
import { readMembers, readRooms } from './reads/rooms.ts'
import { readPublicRooms, readReadership, readSnapshot } from './reads/snapshot.ts'
import type { Statements } from './statements.ts'

export const heavyReads = {
  changesAfter,
  findUsers,
  readAudit,
  readInvites,
  readMembers,
  readMessages,
  readPublicRooms,
  readReadership,
  readRooms,
  readSnapshot,
  readThread,
  readUsers,
} as const

export type HeavyReads = typeof heavyReads
export type HeavyName = keyof HeavyReads
type WithoutSql<F> = F extends (sql: Statements, ...rest: infer Rest) => unknown ? Rest : never
export type HeavyArguments<Name extends HeavyName> = WithoutSql<HeavyReads[Name]>
export type HeavyAnswer<Name extends HeavyName> = ReturnType<HeavyReads[Name]>

export interface ReadRequest {
  readonly id: number
  readonly name: HeavyName
  readonly values: readonly unknown[]
}

export type ReadReply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly firstPosition: number }
  | { readonly id: number; readonly refused: ErrorCode; readonly detail: string | undefined }
  | { readonly id: number; readonly failed: string }
