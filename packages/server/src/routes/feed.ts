/** The reader's own feed: one stream with all that concerns somebody, or one answer of it. */

import { sseShape } from '@suda/hub'
import { ChatError } from '@suda/protocol'
import { feedAnswer, feedQuery } from '@suda/protocol/schemas'
import type { Answer } from '../answer.ts'
import { clientAddress } from '../auth/client-address.ts'
import { endpoint, type Incoming, type User } from '../endpoint.ts'
import { acceptedFormat } from '../streams/accept.ts'
import { startStream } from '../streams/feed-stream.ts'
import { placeOf } from '../streams/place.ts'
import { readReader, type StreamReader } from '../streams/reader.ts'

const FORMATS = ['text/event-stream', 'application/json'] as const

export const getFeed = endpoint(
  {
    summary: 'All that concerns the user, as a stream or by long poll',
    query: feedQuery,
    answers: { 200: feedAnswer },
    produces: ['text/event-stream'],
  },
  async (call) => {
    const { context, query, request } = call
    const format = acceptedFormat(request.headers.accept, FORMATS)
    if (request.identity === undefined) throw new ChatError('unauthenticated')
    const reader = await readReader(request.identity, context)
    const cursor = placeOf(request, query.cursor)
    if (format === 'application/json') return longPoll(call, reader, cursor, query.wait * 1_000)
    startStream(
      {
        kind: 'feed',
        contentType: 'text/event-stream; charset=utf-8',
        shape: sseShape,
        reader,
        cursor,
        feed: () => ({ kind: 'personal' }),
      },
      call,
    )
    return undefined
  },
)

async function longPoll(
  { context, openStreams, request, reply }: Incoming & { readonly user: User },
  reader: StreamReader,
  cursor: string | undefined,
  waitMs: number,
): Promise<Answer> {
  const release = openStreams.admit(reader.userId, clientAddress(request))
  if (release === undefined) throw new ChatError('too_many_streams')
  request.release()
  context.metrics.streamOpened('long-poll')
  const left = new AbortController()
  reply.raw.once('close', () => left.abort())
  try {
    const options = { ...reader, ...(cursor !== undefined && { cursor }), waitMs, signal: left.signal }
    const { bye, changes, cursor: next, more, reset } = await context.hub.collect(options)
    if (bye !== undefined) throw new ChatError(bye.reconnect ? 'unavailable' : 'unauthenticated')
    // A place to go on from would be one to lose something by: the snapshot has the next one.
    const isLost = reset?.scope === 'all'
    const parts = [
      `"changes":[${changes.join(',')}]`,
      `"cursor":${JSON.stringify(isLost ? null : next)}`,
      `"more":${more}`,
      ...(reset === undefined ? [] : [`"reset":${JSON.stringify(reset)}`]),
    ]
    return { status: 200, text: `{${parts.join(',')}}` }
  } finally {
    release()
    context.metrics.streamClosed('long-poll')
  }
}
