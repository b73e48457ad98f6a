/** How the command ends. The numbers are those of sysexits.h, where it has one. */

import { ChatError } from '@suda/protocol'
import { StartError, type StartErrorKind } from '../start-error.ts'

export const EXIT = { done: 0, failed: 1, usage: 64, unreachable: 69, bug: 70, unusable: 73, taken: 75 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command was understood and could not be carried out. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** What is printed, one line, and the code; anything that nobody foresaw is a bug. */
export function explain(error: unknown): { readonly code: ExitCode; readonly line: string } {
  return { code: codeOf(error), line: `suda: ${oneLine(messageOf(error))}` }
}

const START_CODES: Record<StartErrorKind, ExitCode> = {
  settings: EXIT.usage,
  unreachable: EXIT.unreachable,
  unusable: EXIT.unusable,
  taken: EXIT.taken,
}

function codeOf(error: unknown): ExitCode {
  if (error instanceof StartError) return START_CODES[error.kind]
  if (error instanceof UsageError) return EXIT.usage
  if (error instanceof ChatError && error.code !== 'internal') return EXIT.failed
  return error instanceof CommandError ? EXIT.failed : EXIT.bug
}

function messageOf(error: unknown): string {
  // What is kept from others the operator may know.
  if (error instanceof ChatError && error.code === 'not_found' && error.detail === undefined) {
    return 'there is no such user or room'
  }
  return error instanceof Error ? error.message : String(error)
}

/** What others wrote may stand in it, and must not command the terminal. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
}
