/** DL14: an EventSource takes any status but 200 for final, so what will pass is told in the stream. */

import { sseShape } from '@suda/hub'
import { ERRORS } from '@suda/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppContext } from '../context.ts'
import { asRefusal } from '../problem.ts'
import { acceptedFormat } from './accept.ts'
import { openSse } from './feed-stream.ts'
import { hasOwnTurn } from './socket-sink.ts'

export interface RefusedStream {
  readonly error: unknown
  /** What the route answers in. */
  readonly formats: readonly string[]
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly context: AppContext
}

/** @returns whether the refusal was told; if not it is an answer like any other */
export function refuseInStream({ context, error, formats, reply, request }: RefusedStream): boolean {
  if (!willPass(error) || request.method !== 'GET' || !hasOwnTurn(reply)) return false
  if (!asksForSse(request.headers.accept, formats)) return false
  const { shape, sink } = openSse(reply, sseShape)
  context.hub.refuse(sink, shape, 'shutdown')
  return true
}

function willPass(error: unknown): boolean {
  const refusal = asRefusal(error)
  return refusal !== undefined && ERRORS[refusal.code].client === 'back_off'
}

function asksForSse(accept: string | undefined, formats: readonly string[]): boolean {
  try {
    return acceptedFormat(accept, [...formats, 'application/json']) === 'text/event-stream'
  } catch {
    return false // none of ours
  }
}
