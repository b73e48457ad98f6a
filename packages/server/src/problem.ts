/** From whatever was thrown to the body of a refusal (RFC 9457). */

import { ChatError, ERRORS, type ErrorCode, type Problem } from '@suda/protocol'
import { ValidationError } from './validation-error.ts'

/** @returns undefined for what is no refusal but a bug: the caller logs it and answers `internal` */
export function asRefusal(error: unknown): ChatError | undefined {
  if (error instanceof ChatError) return error
  const code = codeOf(error)
  return code === undefined ? undefined : new ChatError(code, undefined, { cause: error })
}

export function problemOf(error: ChatError, requestId: string): Problem {
  const { status, title } = ERRORS[error.code]
  return {
    type: 'about:blank',
    code: error.code,
    title,
    status,
    ...(error.detail !== undefined && { detail: error.detail }),
    requestId,
    ...(error instanceof ValidationError && { pointer: error.pointer }),
    ...(error.current !== undefined && { current: error.current }),
  }
}

/** What Fastify refuses by itself, before any of our code runs. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'malformed',
  404: 'not_found',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
  503: 'unavailable',
}

function codeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return undefined
  // The request broke off in its body, which whoever sent it knows.
  if (error.code === 'ECONNRESET') return 'malformed'
  const isFastifys = typeof error.code === 'string' && error.code.startsWith('FST_ERR_')
  return isFastifys && typeof error.statusCode === 'number' ? BY_STATUS[error.statusCode] : undefined
}
