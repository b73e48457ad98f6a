/** From a record of a stream to what it tells. The server is trusted to keep its protocol; newer events are passed over. */

import type { Bye, Change, Hello, Reset, Signal } from '@suda/protocol'
import type { FeedEvent } from './feed-event.ts'

export const EVENT_NAMES = ['hello', 'heartbeat', 'signal', 'reset', 'bye'] as const

export interface RawEvent {
  /** Absent or `message` for a change. */
  readonly event?: string | undefined
  readonly id?: string | undefined
  readonly data: string
}

/**
 * @returns undefined for an event of a newer server
 * @throws SyntaxError if the data is no JSON
 */
export function parseEvent({ event, id, data }: RawEvent): FeedEvent | undefined {
  const value: unknown = JSON.parse(data)
  const cursor = id ?? ''
  switch (event) {
    case undefined:
    case '':
    case 'message':
      return { kind: 'change', cursor, change: value as Change }
    case 'hello':
      return { kind: 'hello', hello: value as Hello }
    case 'heartbeat':
      return { kind: 'heartbeat', cursor }
    case 'signal':
      return { kind: 'signal', signal: value as Signal }
    case 'reset':
      return { kind: 'reset', reset: value as Reset }
    case 'bye':
      return { kind: 'bye', bye: value as Bye }
    default:
      return undefined
  }
}
