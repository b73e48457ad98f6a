/** Readers with cursors: some follow their personal feed, some one room's own. */

import type { Change, Message } from '@suda/protocol'
import { StreamReader, type StreamEvent } from '../kit/stream-reader.ts'
import { positionOf, type Recorder } from './recorder.ts'
import type { TestSite } from '../kit/site.ts'

export interface ReaderPlan {
  readonly name: string
  readonly token: string
  /** The rooms that it reads; one room: that room's own feed. */
  readonly rooms: readonly string[]
  readonly path: string
  /** Impatient ones come back at once, others wait as the server asks. */
  readonly maxRetryMs?: number
}

/** Three follow everything, one each a room; every second one waits as long as the server asks. */
export function readerPlans({ tokens, rooms }: TestSite): ReaderPlan[] {
  const personal = ['anna', 'boris', 'chloe'].map((user) => ({ user, rooms: Object.values(rooms), path: '/api/feed' }))
  const ofRooms = Object.values(rooms).map((id) => ({ user: 'dmitri', rooms: [id], path: `/api/rooms/${id}/feed` }))
  return [...personal, ...ofRooms].map(({ user, rooms: own, path }, i) => ({
    name: `reader-${i}`,
    token: tokens[user] ?? '',
    rooms: own,
    path,
    ...(i % 2 === 0 && { maxRetryMs: 100 }),
  }))
}

export interface ReaderStart {
  readonly plan: ReaderPlan
  readonly port: number
  readonly cursor: string
  readonly recorder: Recorder
  /** Told of everything that comes, before it is recorded. */
  readonly onEvent?: (event: StreamEvent) => void
}

export function startReader({ cursor, onEvent, plan, port, recorder }: ReaderStart): StreamReader {
  const { name: client, path, token, maxRetryMs } = plan
  return new StreamReader({
    port,
    path,
    token,
    cursor,
    ...(maxRetryMs !== undefined && { maxRetryMs }),
    onEvent: (event) => {
      onEvent?.(event)
      if (event.event === 'reset') recorder.add({ type: 'reset', client })
      for (const { message, position } of messagesIn(event)) {
        recorder.add({ type: 'seen', client, room: message.roomId, key: message.id, seq: message.seq, position })
      }
    },
  })
}

/** A personal feed tells changes, a room's feed its messages; both under the event name that a browser calls `message`. */
export function messagesIn({ event, id, data }: StreamEvent): { message: Message; position: number }[] {
  if (event !== 'message') return []
  const told: Change | Message = JSON.parse(data)
  if (!('payload' in told)) return [{ message: told, position: positionOf(id) }]
  if (told.position !== positionOf(id)) throw new Error(`position ${told.position} came under the id ${String(id)}`)
  return told.type === 'message.posted' ? [{ message: told.payload.message, position: told.position }] : []
}
