/** The one table of errors: what each code means over HTTP, and what a client does about it. */

/**
 * What a client does on an error:
 * - `show`: tell the person; sending the same again cannot help
 * - `retry`: send the same again under the same id, with growing pauses
 * - `sign_in`: the session is over; keep what was not sent, and ask to sign in
 * - `reload`: the local state is behind; load it anew, then decide again
 * - `back_off`: as `retry`, but not before `Retry-After`
 */
export type ClientReaction = 'show' | 'retry' | 'sign_in' | 'reload' | 'back_off'

interface ErrorRow {
  readonly status: number
  readonly title: string
  readonly client: ClientReaction
}

export const ERRORS = {
  malformed: { status: 400, title: 'The request could not be read', client: 'show' },
  unauthenticated: { status: 401, title: 'Sign in first', client: 'sign_in' },
  forbidden: { status: 403, title: 'You may not do this', client: 'show' },
  invite_invalid: { status: 403, title: 'This invite is not valid, or not any more', client: 'show' },
  sign_up_closed: { status: 403, title: 'New people cannot sign up here', client: 'show' },
  wrong_password: { status: 401, title: 'The name or the password is not right', client: 'show' },
  csrf: { status: 403, title: 'The request came from another site', client: 'show' },
  muted: { status: 403, title: 'You cannot post here for now', client: 'show' },
  not_found: { status: 404, title: 'There is nothing here that you may see', client: 'reload' },
  method_not_allowed: { status: 405, title: 'This address does not take that method', client: 'show' },
  not_acceptable: { status: 406, title: 'None of the accepted formats can be had', client: 'show' },
  request_timeout: { status: 408, title: 'The request took too long to arrive', client: 'retry' },
  conflict: { status: 409, title: 'This id or key stands for something else', client: 'show' },
  taken: { status: 409, title: 'This name is taken', client: 'show' },
  stale: { status: 409, title: 'It was changed by somebody else meanwhile', client: 'reload' },
  room_archived: { status: 409, title: 'The room is archived', client: 'show' },
  message_deleted: { status: 409, title: 'The message was deleted', client: 'show' },
  last_owner: { status: 409, title: 'A site keeps at least one owner', client: 'show' },
  pinned: { status: 409, title: 'This setting is fixed by the server’s configuration', client: 'show' },
  payload_too_large: { status: 413, title: 'The request is too large', client: 'show' },
  uri_too_long: { status: 414, title: 'The address is too long', client: 'show' },
  unsupported_media_type: { status: 415, title: 'This content type is not taken here', client: 'show' },
  misdirected: { status: 421, title: 'This server does not answer under that host name', client: 'show' },
  validation_failed: { status: 422, title: 'Something in the request is not valid', client: 'show' },
  invalid_text: { status: 422, title: 'This text cannot be posted', client: 'show' },
  rate_limited: { status: 429, title: 'Too many requests', client: 'back_off' },
  too_many_streams: { status: 429, title: 'Too many open streams', client: 'back_off' },
  headers_too_large: { status: 431, title: 'The request’s headers are too large', client: 'show' },
  internal: { status: 500, title: 'Something went wrong on the server', client: 'retry' },
  unavailable: { status: 503, title: 'The server cannot do this right now', client: 'back_off' },
  storage_full: { status: 507, title: 'The server’s disk is full', client: 'back_off' },
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof ERRORS

/** A refusal with a stable code. Anything thrown that is not one is a bug. */
export class ChatError extends Error {
  readonly code: ErrorCode
  /** One sentence for a person; never repeats a private name, never a stack, a path or a driver's message. */
  readonly detail: string | undefined
  /** The current object, where the refusal is `stale`. */
  readonly current: unknown
  /** For `Retry-After`, where the client is to back off: a whole number, 1 or more. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    detail?: string,
    options: { cause?: unknown; current?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(detail ?? ERRORS[code].title, { cause: options.cause })
    this.name = 'ChatError'
    this.code = code
    this.detail = detail
    this.current = options.current
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

/** The body of every refusal (RFC 9457, `application/problem+json`). */
export interface Problem {
  readonly type: 'about:blank'
  readonly code: ErrorCode
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly requestId: string
  /** Where in the request, as a JSON pointer (RFC 6901). */
  readonly pointer?: string
  /** With `stale`: the object as it is now. */
  readonly current?: unknown
}
