/** The feed over the browser's own EventSource. */

import type { Source, SourceHandlers } from './feed-event.ts'
import { EVENT_NAMES, parseEvent, type RawEvent } from './parse-event.ts'

/**
 * Every end is told and none repaired: EventSource would come back by itself, but for ever at the same pace, and gives
 * up on any answer but 200 without telling which (WHATWG HTML, 9.2).
 */
export function openEventSource(
  EventSourceOf: typeof EventSource,
  url: string,
  { onEvent, onEnd }: SourceHandlers,
): Source {
  const source = new EventSourceOf(url)
  const end = (error?: unknown): void => {
    source.close()
    onEnd(error)
  }
  const take = (raw: RawEvent): void => {
    if (source.readyState === CLOSED) return
    try {
      const event = parseEvent(raw)
      if (event !== undefined) onEvent(event)
    } catch (error) {
      end(error)
    }
  }
  source.addEventListener('message', ({ data, lastEventId }) => take({ id: lastEventId, data: String(data) }))
  for (const name of EVENT_NAMES) {
    source.addEventListener(name, ({ data, lastEventId }) => take({ event: name, id: lastEventId, data: String(data) }))
  }
  source.addEventListener('error', () => end())
  return { close: () => source.close() }
}

const CLOSED = 2
