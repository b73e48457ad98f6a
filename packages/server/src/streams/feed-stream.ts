/** Opening a stream: within the limits, attached to the hub, counted until it is over. */

import type { AttachOptions, Shape } from '@suda/hub'
import { chunked } from '@suda/hub'
import { ChatError } from '@suda/protocol'
import type { FastifyReply } from 'fastify'
import { clientAddress } from '../auth/client-address.ts'
import type { StreamKind } from '../context.ts'
import type { Incoming } from '../endpoint.ts'
import { assertOwnTurn, openStream } from './socket-sink.ts'
import type { StreamReader } from './reader.ts'

export interface FeedStream {
  readonly kind: StreamKind
  readonly contentType: string
  readonly shape: Shape
  readonly reader: StreamReader
  readonly cursor: string | undefined
  /** Given whether its bytes must be chunks. */
  readonly feed: (isChunked: boolean) => AttachOptions['feed']
  /** A format without events can tell neither resets nor what follows them. */
  readonly endsAtReset?: true
}

const NO_BUFFERING = {
  'cache-control': 'no-cache, no-store, no-transform',
  'x-accel-buffering': 'no',
}

/**
 * Answers with the stream; what happens on it from now on is the hub's.
 * @throws ChatError `too_many_streams` where the format has no way to say it in the stream
 */
export function startStream(stream: FeedStream, { context, openStreams, reply, request }: Incoming): void {
  const headers = headersOf(stream.contentType)
  if (request.method === 'HEAD') {
    void reply.headers(headers).send()
    return
  }
  assertOwnTurn(reply)
  request.release()
  const release = mayOpen(stream, { context, openStreams, request })
  const isSse = stream.contentType.startsWith('text/event-stream')
  if (release === undefined && !isSse) throw new ChatError('too_many_streams')
  const { isChunked, shape, sink } = openShaped(reply, headers, stream.shape)
  // EventSource takes any other status for final (DL14).
  if (release === undefined) return context.hub.refuse(sink, shape, 'too_many_streams')
  context.metrics.streamOpened(stream.kind)
  const { cursor, reader } = stream
  context.hub.attach({
    ...reader,
    ...(cursor !== undefined && { cursor }),
    feed: stream.feed(isChunked),
    shape,
    sink,
    onClose: () => {
      release()
      context.metrics.streamClosed(stream.kind)
      // Fastify does not see the end of what was taken out of its hands.
      const { method, routeOptions } = request
      context.metrics.requestEnded({
        method,
        route: routeOptions.url ?? '',
        status: 200,
        seconds: reply.elapsedTime / 1_000,
      })
    },
    ...(stream.endsAtReset === true && { onReset: () => sink.end() }),
  })
}

/** @returns undefined if there are too many, or too many were opened of late */
function mayOpen(
  { reader }: FeedStream,
  { context, openStreams, request }: Pick<Incoming, 'context' | 'openStreams' | 'request'>,
) {
  try {
    context.limits.take('streams', reader.userId)
  } catch {
    return undefined
  }
  return openStreams.admit(reader.userId, clientAddress(request))
}

const headersOf = (contentType: string) => ({ 'content-type': contentType, ...NO_BUFFERING })

/** A stream that is over before it has begun. */
export const openSse = (reply: FastifyReply, shape: Shape) =>
  openShaped(reply, headersOf('text/event-stream; charset=utf-8'), shape)

function openShaped(reply: FastifyReply, headers: Readonly<Record<string, string>>, shape: Shape) {
  const { isChunked, sink } = openStream(reply, headers)
  return { isChunked, sink, shape: isChunked ? chunked(shape) : shape }
}
