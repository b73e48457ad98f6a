/** Server-Sent Events, written by hand so that nothing inside a value can forge a line (DL4). */

import type { EventId, Shape } from './shape.ts'

export interface SseEvent {
  /** Absent: the default type, `message` for an EventSource. */
  readonly event?: string
  /** One line. */
  readonly data: string
  readonly id?: EventId
}

/** @throws RangeError if a part would break out of its line */
export function sseFrame({ event, data, id }: SseEvent): Buffer {
  return Buffer.from(`${idLine(id)}${eventLine(event)}data: ${jsonLine(oneLine(data))}\n\n`)
}

/**
 * JSON in which nothing is taken for the end of a line by readers who know more of them than the formats do: to
 * `str.splitlines` of Python, on which HTTP clients stand, U+2028 is one, and what somebody wrote could forge an event.
 */
export function jsonLine(json: string): string {
  return json.replace(/[\u0085\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The personal feed: one event of the default type a change, its JSON as storage wrote it. */
export const sseShape: Shape = {
  name: 'sse',
  encode: (change, cursor) => sseFrame({ data: change.json, id: cursor }),
  encodeEvent: (event, data, id) => sseFrame({ event, data, id }),
  encodeRetry: (retryMs) => Buffer.from(`retry: ${Math.round(retryMs)}\n\n`),
  encodePadding: () => padding,
}

/** Antivirus programs and some proxies hold back the first bytes of an answer. */
const padding = Buffer.from(`:${' '.repeat(2_048)}\n\n`)

function idLine(id: EventId): string {
  if (id === undefined) return ''
  // An empty id makes an EventSource forget the old one, which would otherwise win over the query for ever.
  if (id === null) return 'id:\n'
  if (id === '' || id.includes('\0')) throw new RangeError('an id is never empty and has no NUL')
  return `id: ${oneLine(id)}\n`
}

function eventLine(event: string | undefined): string {
  return event === undefined ? '' : `event: ${oneLine(event)}\n`
}

function oneLine(text: string): string {
  if (text.includes('\n') || text.includes('\r')) throw new RangeError('a line break inside a line of an event')
  return text
}
