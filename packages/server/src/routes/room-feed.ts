/** The feed of one room: what it holds, then each thing that happens in it. Made for `curl -N` and small scripts. */

import { toChunk, type LoadRoom } from '@suda/hub'
import { ChatError, formatCursor, LIMITS } from '@suda/protocol'
import { roomFeedQuery } from '@suda/protocol/schemas'
import { endpoint, type User } from '../endpoint.ts'
import type { AppContext } from '../context.ts'
import { roomIn } from '../params.ts'
import { acceptedFormat } from '../streams/accept.ts'
import { startStream } from '../streams/feed-stream.ts'
import { placeOf } from '../streams/place.ts'
import { readReader } from '../streams/reader.ts'
import { withAuthors } from '../streams/room-events.ts'
import { roomNdjson, roomSse, type RoomFormat } from '../streams/room-format.ts'
import { roomText } from '../streams/room-text.ts'

const FORMATS = ['text/event-stream', 'application/x-ndjson', 'text/plain'] as const

export const getRoomFeed = endpoint(
  {
    summary: 'One room as a stream: its messages, then what happens in it',
    query: roomFeedQuery,
    answers: { 200: null },
    produces: FORMATS,
  },
  async (call) => {
    const { context, params, query, request, user } = call
    const { id: roomId } = await context.chat.room(user, roomIn(params), 'readRoomFeed')
    const format = formatOf(acceptedFormat(request.headers.accept, FORMATS), query.tz)
    if (request.identity === undefined) throw new ChatError('unauthenticated')
    const reader = await readReader(request.identity, context, roomId)
    const limit = query.history ?? LIMITS.historyDefault
    startStream(
      {
        ...format,
        reader,
        cursor: format.isResumable ? placeOf(request, query.cursor) : undefined,
        feed: (isChunked) => ({
          kind: 'room',
          roomId,
          load: history({ context, user, roomId, limit, format, isChunked }),
        }),
        ...(!format.isResumable && { endsAtReset: true }),
      },
      call,
    )
    return undefined
  },
)

function formatOf(type: (typeof FORMATS)[number], timeZone: string): RoomFormat {
  switch (type) {
    case 'text/event-stream':
      return roomSse
    case 'application/x-ndjson':
      return roomNdjson
    case 'text/plain':
      return roomText(timeZone)
  }
}

interface History {
  readonly context: AppContext
  readonly user: User
  readonly roomId: string
  readonly limit: number
  readonly format: RoomFormat
  readonly isChunked: boolean
}

/** DL7: the position first, so that the messages hold every effect up to it. */
function history({ context, format, isChunked, limit, roomId, user }: History): LoadRoom {
  return async () => {
    const { epoch, position } = await context.storage.head()
    const page = limit === 0 ? { messages: [], users: [] } : await context.chat.messages(user, roomId, { limit })
    const bytes = format.encodeHistory(withAuthors(page), formatCursor(epoch, position))
    return { position, bytes: isChunked ? toChunk(bytes) : bytes }
  }
}
