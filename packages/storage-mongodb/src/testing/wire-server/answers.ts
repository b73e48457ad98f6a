/** What a command can meet: a document, an error, silence, the end of its connection. */

import { setTimeout } from 'node:timers/promises'
import type { Document } from 'mongodb'

export interface Command {
  /** `hello` in every spelling. */
  readonly name: string
  readonly db: string
  readonly body: Document
  /** The number of its connection, from 0. */
  readonly connection: number
  /** Says that nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

export type Answer =
  { readonly kind: 'document'; readonly body: Document } | { readonly kind: 'silence' } | { readonly kind: 'cut' }

/** Given nothing, the handler before it is asked. */
export type Handler = (command: Command) => Answer | undefined | Promise<Answer | undefined>

export interface Failure {
  readonly code: number
  readonly codeName?: string
  readonly message?: string
  readonly errorLabels?: readonly string[]
  /** Of the member, in errors that tell of an election. */
  readonly topologyVersion?: Document
}

/** Never answered; the connection stays. */
export const silence: Answer = { kind: 'silence' }

/** The connection ends in place of an answer, and no other command on it is answered. */
export const cut: Answer = { kind: 'cut' }

export function ok(body: Document = {}): Answer {
  return { kind: 'document', body: { ...body, ok: 1 } }
}

export function failure({ code, codeName, message, ...more }: Failure): Answer {
  const name = codeName ?? codeNames[code] ?? `Location${code}`
  const body = { ok: 0, errmsg: message ?? `as the test wants: ${name}`, code, codeName: name, ...more }
  return { kind: 'document', body }
}

/** The same answer after so much time. */
export async function later(ms: number, answer: Answer): Promise<Answer> {
  await setTimeout(ms)
  return answer
}

/** Of the errors that tests ask for. */
const codeNames: Readonly<Record<number, string>> = {
  6: 'HostUnreachable',
  8: 'UnknownError',
  13: 'Unauthorized',
  43: 'CursorNotFound',
  50: 'MaxTimeMSExpired',
  59: 'CommandNotFound',
  63: 'StaleShardVersion',
  89: 'NetworkTimeout',
  91: 'ShutdownInProgress',
  112: 'WriteConflict',
  133: 'FailedToSatisfyReadPreference',
  136: 'CappedPositionLost',
  189: 'PrimarySteppedDown',
  234: 'RetryChangeStream',
  237: 'CursorKilled',
  251: 'NoSuchTransaction',
  260: 'InvalidResumeToken',
  262: 'ExceededTimeLimit',
  280: 'ChangeStreamFatalError',
  286: 'ChangeStreamHistoryLost',
  9001: 'SocketException',
  10107: 'NotWritablePrimary',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  11600: 'InterruptedAtShutdown',
  11602: 'InterruptedDueToReplStateChange',
  13388: 'StaleConfig',
  13435: 'NotPrimaryNoSecondaryOk',
  13436: 'NotPrimaryOrSecondary',
}
