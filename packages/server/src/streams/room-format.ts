/** A format of a room's feed: how its events become bytes, and how the stored messages in front of them do. */

import { jsonLine, sseFrame, sseShape, type Shape } from '@suda/hub'
import type { AuthoredMessage } from '@suda/protocol'
import type { StreamKind } from '../context.ts'
import { roomEvent } from './room-events.ts'

export interface RoomFormat {
  readonly kind: StreamKind
  readonly contentType: string
  readonly shape: Shape
  /** @param cursor holds every effect that the messages show */
  encodeHistory(messages: readonly AuthoredMessage[], cursor: string): Buffer | undefined
  /** Whether a stream of it can be taken up again, and tells of resets. */
  readonly isResumable: boolean
}

export const roomSse: RoomFormat = {
  kind: 'room',
  contentType: 'text/event-stream; charset=utf-8',
  isResumable: true,
  shape: {
    ...sseShape,
    name: 'room-sse',
    encode: (change, cursor) => sseFrame({ ...roomEvent(change), id: cursor }),
  },
  encodeHistory: (messages, cursor) => sseFrame({ event: 'messages', data: JSON.stringify(messages), id: cursor }),
}

export const roomNdjson: RoomFormat = {
  kind: 'room-ndjson',
  contentType: 'application/x-ndjson; charset=utf-8',
  isResumable: true,
  shape: {
    name: 'room-ndjson',
    encode(change, cursor) {
      const { data, event } = roomEvent(change)
      return line(event, cursor, data)
    },
    encodeEvent: (name, data, id) => line(name, id, data),
    encodeRetry: () => undefined,
    encodePadding: () => undefined,
  },
  encodeHistory: (messages, cursor) => line('messages', cursor, JSON.stringify(messages)),
}

/** @param data JSON already */
function line(event: string, id: string | null | undefined, data: string): Buffer {
  const place = id === undefined ? '' : `,"id":${JSON.stringify(id)}`
  return Buffer.from(`{"event":"${event}"${place},"data":${jsonLine(data)}}\n`)
}
