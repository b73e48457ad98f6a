/** What an endpoint answers with: a status and, but for 204, a body that is serialised already. */

export interface Answer {
  readonly status: number
  readonly text?: string
  /** JSON, unless said otherwise. */
  readonly contentType?: string
}

export const NO_CONTENT: Answer = { status: 204 }

export function ok(body: object): Answer {
  return { status: 200, text: JSON.stringify(body) }
}

export function created(body: object): Answer {
  return { status: 201, text: JSON.stringify(body) }
}
