/** What a stream may not do after something was taken from its reader. */

import type { Shown, StreamKind } from './watch.ts'

/** Nothing is shown later than this after the answer, ms. */
export const SILENT_MS = 1_000
/** No stream is open later than this. */
export const ENDED_MS = 2_000

export type WatchFault = 'late frame' | 'still open' | 'wrong bye' | 'ended' | 'not alive' | 'let in' | 'told again'

export interface WatchViolation {
  readonly fault: WatchFault
  readonly what: string
}

export interface Watched {
  readonly kind: StreamKind
  readonly shown: readonly Shown[]
  readonly marks: readonly string[]
  readonly bye: string | undefined
  readonly endedAt: number | undefined
  readonly status: number | undefined
}

/** Of a stream that must end. */
export function checkEnd(watched: Watched, answeredAt: number, byes: readonly string[]): WatchViolation[] {
  const { endedAt = Infinity } = watched
  const endMs = endedAt - answeredAt
  return [
    ...lateFrames(watched, answeredAt),
    ...(endMs > ENDED_MS ? [fault('still open', watched, `${endMs} ms`)] : []),
    ...(endedAt < Infinity && !hasWord(watched, byes)
      ? [fault('wrong bye', watched, watched.bye ?? `${watched.status}`)]
      : []),
  ]
}

/** Of one that goes on, but says nothing more of the room. */
export function checkSilence(watched: Watched, answeredAt: number, mark: string): WatchViolation[] {
  return [
    ...lateFrames(watched, answeredAt),
    ...(watched.endedAt === undefined ? [] : [fault('ended', watched, watched.bye ?? `${watched.status}`)]),
    ...(watched.marks.includes(mark) ? [] : [fault('not alive', watched, mark)]),
  ]
}

function lateFrames(watched: Watched, answeredAt: number): WatchViolation[] {
  const late = watched.shown.filter(({ t }) => t > answeredAt + SILENT_MS)
  return late.length === 0 ? [] : [fault('late frame', watched, `${late.length}`)]
}

/** Plain text has no word for it, and a long poll a status. */
function hasWord({ bye, kind, status }: Watched, byes: readonly string[]): boolean {
  if (kind === 'room, text') return true
  return kind === 'long poll' ? status === 401 : bye !== undefined && byes.includes(bye)
}

function fault(name: WatchFault, { kind }: Watched, what: string): WatchViolation {
  return { fault: name, what: `${kind}: ${what}` }
}
