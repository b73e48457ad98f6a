/**
 * The log, to standard error: readable on a terminal, JSON lines elsewhere. What people wrote may stand in it, so no
 * control character leaves unescaped: it could forge a line or command the terminal.
 */

import { isatty } from 'node:tty'
import { pino, type Logger } from 'pino'
import type { Settings } from './settings.ts'

export interface Log {
  readonly logger: Logger
  /** Writes what was logged so far, and from now on everything at once. Until then nothing is written. */
  open(): void
}

const STANDARD_ERROR = 2
// Beyond what JSON escapes itself: DEL, the C1 controls, line separators, and those that turn the direction of text.
const UNESCAPED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
const CONTROL = /\p{Cc}/gu
const CONTROL_BUT_LINES = /(?![\t\n])\p{Cc}/gu

/** Held until `open`, because a start that is refused says exactly one line. */
export async function createLog(level: Settings['log'], isTerminal = isatty(STANDARD_ERROR)): Promise<Log> {
  const target = isTerminal ? await terminal() : pino.destination({ fd: STANDARD_ERROR, sync: true })
  let held: string[] | undefined = []
  const destination = {
    write(line: string) {
      if (held === undefined) target.write(line)
      else held.push(line)
    },
  }
  const options = {
    level,
    redact: ['req.headers.authorization', 'req.headers.cookie', 'password', 'token'],
    hooks: { streamWrite: isTerminal ? forTerminal : escapeLine },
  }
  return {
    logger: pino(options, destination),
    open() {
      for (const line of held ?? []) target.write(line)
      held = undefined
    },
  }
}

/** Loaded only where somebody reads along. */
async function terminal(): Promise<{ write(line: string): void }> {
  const { prettyFactory } = await import('pino-pretty')
  const pretty = prettyFactory({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' })
  const output = pino.destination({ fd: STANDARD_ERROR, sync: true })
  return { write: (line) => void output.write(pretty(line)) }
}

/** Stays JSON with the same meaning. */
export function escapeLine(line: string): string {
  return line.replace(UNESCAPED, asEscape)
}

/** Escaped twice, since the pretty printer undoes it once; line ends stay in stacks alone. */
export function forTerminal(line: string): string {
  const readable: unknown = JSON.parse(line, (key, value: unknown) =>
    typeof value === 'string'
      ? value.replace(key === 'stack' ? CONTROL_BUT_LINES : CONTROL, asEscape).replace(UNESCAPED, asEscape)
      : value,
  )
  return `${JSON.stringify(readable)}\n`
}

function asEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
