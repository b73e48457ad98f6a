/** A room's whole history over HTTP, page by page. */

import type { Message } from '@suda/protocol'
import { get } from './http.ts'

export interface HistoryRequest {
  readonly url: string
  readonly token: string
  /** Id or slug. */
  readonly room: string
  /** Begins behind this seq. */
  readonly after?: number
}

/** @returns what pages hold, in their order and unchecked: whether it is sound is for the caller to say */
export async function readHistory({ url, token, room, after = 0 }: HistoryRequest): Promise<Message[]> {
  const messages: Message[] = []
  for (let last = after, more = true; more;) {
    const page: { messages: Message[]; hasAfter: boolean } = await get(
      `${url}/api/rooms/${room}/messages?after=${last}&limit=200`,
      token,
    )
    messages.push(...page.messages)
    last = page.messages.at(-1)?.seq ?? last
    more = page.hasAfter && page.messages.length > 0
  }
  return messages
}
