/** Refusals as answers, also for requests that do not get as far as a route. */

import { randomUUID } from 'node:crypto'
import { ChatError, ERRORS } from '@suda/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Socket } from 'node:net'
import { securityHeaders } from './auth/security-headers.ts'
import { asRefusal, problemOf } from './problem.ts'
import { carriesStream } from './streams/socket-sink.ts'
import { afterAnswers } from './unanswered.ts'

const PROBLEM = 'application/problem+json'

/** How long a client waits at least where the refusal does not know better. */
const RETRY_AFTER_SECONDS = 1

export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  const requestId = request.id
  const refusal = asRefusal(error) ?? bug(error, requestId, log)
  if (refusal.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer')
  const { retryAfterSeconds = RETRY_AFTER_SECONDS } = refusal
  if (ERRORS[refusal.code].client === 'back_off') void reply.header('retry-after', String(retryAfterSeconds))
  // To a string Fastify would add a charset, which this type does not have.
  const body = Buffer.from(JSON.stringify(problemOf(refusal, requestId)))
  void reply.code(refusal.status).header('content-type', PROBLEM).send(body)
}

/** For what the HTTP parser refuses: there is no request yet, only a connection, which ends with the answer. */
export function endWithError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy()
  else afterAnswers(socket, () => refuse(error, socket))
}

function refuse(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || carriesStream(socket)) {
    socket.destroy()
    return
  }
  const refusal = new ChatError(codeOf(error.code))
  const body = JSON.stringify(problemOf(refusal, randomUUID()))
  socket.end(
    [
      `HTTP/1.1 ${refusal.status} Refused`,
      `content-type: ${PROBLEM}`,
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

function bug(error: unknown, requestId: string, log: Logger): ChatError {
  log.error({ err: error, requestId }, 'A request failed')
  return new ChatError('internal')
}

function codeOf(parserCode: string | undefined) {
  if (parserCode === 'HPE_HEADER_OVERFLOW') return 'headers_too_large'
  if (parserCode === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout'
  return 'malformed'
}
