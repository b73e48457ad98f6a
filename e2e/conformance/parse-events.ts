/** What an SSE body says to a parser that is not ours. */

import { createParser, type EventSourceMessage } from 'eventsource-parser'

interface ParsedBody {
  /** Without heartbeats, which come when they come. */
  readonly events: readonly EventSourceMessage[]
  readonly comments: readonly string[]
  readonly retryMs: number | undefined
}

export function parseEvents(body: string): ParsedBody {
  const events: EventSourceMessage[] = []
  const comments: string[] = []
  let retryMs: number | undefined
  const parser = createParser({
    onEvent: (event) => void events.push(event),
    onComment: (comment) => void comments.push(comment),
    onRetry: (ms) => (retryMs = ms),
  })
  parser.feed(body)
  return { events: events.filter(({ event }) => event !== 'heartbeat'), comments, retryMs }
}
