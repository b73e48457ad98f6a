/** From an answer that is a refusal, by the server or by something on the way, to the error that it means. */

import { ChatError, ERRORS, type ErrorCode } from '@suda/protocol'
import { hasType } from './parse-answer.ts'

/** What anything on the way may say as well as the server. Of the rest only the server knows. */
const SAID_BY_ANY: readonly number[] = [401, 408, 413, 414, 429, 431, 500]

const LONGEST_DETAIL = 500
const LONGEST_WAIT_SECONDS = 3_600

interface Parts {
  readonly code?: unknown
  readonly detail?: unknown
  readonly current?: unknown
}

/**
 * Reads an answer whose status is not 2xx. A page of a proxy never passes for `not_found` or `forbidden` of ours, upon
 * which a client would throw things away: it is `unavailable`.
 * @param wallClock milliseconds since the epoch
 */
export async function refusalOf(response: Response, wallClock: number): Promise<ChatError> {
  const { headers, status } = response
  const isOurs = hasType(response, 'application/problem+json')
  const { code, current, detail } = isOurs ? await partsOf(response) : {}
  const retryAfterSeconds = secondsOf(headers.get('retry-after'), wallClock)
  return new ChatError(
    isCode(code) ? code : codeOf(status, isOurs),
    typeof detail === 'string' ? detail.slice(0, LONGEST_DETAIL) : undefined,
    { current, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
  )
}

/** Where the body broke off, its head has said enough. */
async function partsOf(response: Response): Promise<Parts> {
  try {
    return ((await response.json()) as Parts | null) ?? {}
  } catch {
    return {}
  }
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code)
}

/** Also for codes of a server that is newer than this. */
function codeOf(status: number, isOurs: boolean): ErrorCode {
  if (!isOurs && !SAID_BY_ANY.includes(status)) return 'unavailable'
  // The first of a status is the general one.
  const known = (Object.keys(ERRORS) as ErrorCode[]).find((code) => ERRORS[code].status === status)
  return known ?? (status >= 400 && status < 500 ? 'malformed' : 'unavailable')
}

/** Seconds, or a date (RFC 9110, 10.2.3). A clock that is wrong must not let us wait for ever. */
function secondsOf(retryAfter: string | null, wallClock: number): number | undefined {
  if (retryAfter === null) return undefined
  const seconds = /^\s*\d+\s*$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - wallClock) / 1_000
  return Number.isNaN(seconds) ? undefined : Math.min(LONGEST_WAIT_SECONDS, Math.max(1, Math.ceil(seconds)))
}
