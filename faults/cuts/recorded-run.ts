/** What a stream tells from a cursor on, read over a connection that nobody disturbs: what every cut is compared with. */

import { openRawStream } from '../kit/raw-stream.ts'
import type { EventSourceMessage } from 'eventsource-parser'

export interface FeedRequest {
  readonly port: number
  readonly path: string
  readonly token: string
  readonly cursor: string
}

export interface Told {
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

export interface Reading {
  readonly told: readonly Told[]
  /** Of the whole answer, its head and the padding included. */
  readonly bytes: number
  readonly status: number | undefined
}

/**
 * Reads until an event with the id `lastId` came, or until the connection ends.
 * @returns what can be resumed from; greetings, heartbeats and signals are left out
 */
export function readUpTo(
  { port, path, token, cursor }: FeedRequest,
  lastId: string,
  withinMs = 10_000,
): Promise<Reading> {
  const told: Told[] = []
  let bytes = 0
  const { promise, resolve, reject } = Promise.withResolvers<Reading>()
  const stream = openRawStream({
    port,
    path,
    headers: { authorization: `Bearer ${token}`, 'last-event-id': cursor },
    onBytes: (count) => (bytes += count),
    onEvent: (event) => {
      if (isPartOfState(event)) told.push({ event: event.event ?? 'message', id: event.id, data: event.data })
      if (event.id === lastId) stream.socket.destroy()
    },
    onEnd: () => resolve({ told, bytes, status: stream.body.status }),
  })
  const timer = setTimeout(() => {
    reject(new Error(`${path} from ${cursor} did not come to ${lastId}; told: ${JSON.stringify(told).slice(0, 500)}`))
    stream.socket.destroy()
  }, withinMs)
  return promise.finally(() => clearTimeout(timer))
}

const isPartOfState = ({ event }: EventSourceMessage) => !['hello', 'heartbeat', 'signal'].includes(event ?? 'message')

/** Takes a reading that was cut, and goes on from the last id that it came to. */
export async function readWithCut(cut: FeedRequest, direct: FeedRequest, lastId: string): Promise<Reading> {
  const first = await readUpTo(cut, lastId)
  const cursor = first.told.findLast(({ id }) => id !== undefined)?.id ?? cut.cursor
  if (cursor === lastId) return first
  const rest = await readUpTo({ ...direct, cursor }, lastId)
  return { ...first, told: [...first.told, ...rest.told] }
}
