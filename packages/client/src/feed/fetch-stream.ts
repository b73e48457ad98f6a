/** The feed over `fetch`: in Node, and wherever a token goes with the request. */

import { createParser } from 'eventsource-parser'
import type { Source, SourceHandlers } from './feed-event.ts'
import { parseEvent } from './parse-event.ts'

/**
 * @param open the request
 * @param refusal makes the error of an answer that is no stream
 */
export function openFetchStream(
  open: (signal: AbortSignal) => Promise<Response>,
  refusal: (response: Response) => Promise<unknown>,
  handlers: SourceHandlers,
): Source {
  const controller = new AbortController()
  const { signal } = controller
  const end = (error?: unknown): void => {
    if (signal.aborted) return
    controller.abort()
    handlers.onEnd(error)
  }
  open(signal)
    .then(async (response) => {
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
      if (!response.ok || !isStream || response.body === null) return end(await refusal(response))
      await read(response.body, handlers, signal)
      end()
    })
    // The cable was cut: the same as an end.
    .catch(() => end())
  return { close: () => controller.abort() }
}

async function read(body: ReadableStream<Uint8Array>, { onEvent }: SourceHandlers, signal: AbortSignal): Promise<void> {
  const parser = createParser({
    onEvent: (raw) => {
      const event = signal.aborted ? undefined : parseEvent(raw)
      if (event !== undefined) onEvent(event)
    },
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    parser.feed(decoder.decode(chunk.value, { stream: true }))
  }
}
