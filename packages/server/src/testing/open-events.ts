/** An open SSE stream, parsed by a parser that is not ours. */

import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { onTestFinished } from 'vitest'
import type { Client } from './a-client.ts'

export interface ReceivedEvent {
  readonly event: string | undefined
  readonly id: string | undefined
  // What a test looks into is what it expects there.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any
}

export interface Events {
  readonly response: Response
  /** Waits for it. */
  next(): Promise<ReceivedEvent>
  /** Waits for the first one of that name, past all others. */
  until(event: string): Promise<ReceivedEvent>
  /** What came so far and was not asked for. */
  readonly waiting: readonly ReceivedEvent[]
  /** When the server has ended it. */
  readonly ended: Promise<void>
  close(): void
}

export async function openEvents(client: Client, path: string, headers: Record<string, string> = {}): Promise<Events> {
  const abort = new AbortController()
  const response = await fetch(`${client.url}${path}`, {
    headers: { accept: 'text/event-stream', ...client.headers, ...headers },
    signal: abort.signal,
  })
  onTestFinished(() => abort.abort())
  const waiting: ReceivedEvent[] = []
  let wake = (): void => {}
  let isOver = false
  const parser = createParser({
    onEvent({ data, event, id }: EventSourceMessage) {
      waiting.push({ event, id, data: JSON.parse(data) })
      wake()
    },
  })
  const ended = read(response, (text) => parser.feed(text)).finally(() => {
    isOver = true
    wake()
  })
  const next = async (): Promise<ReceivedEvent> => {
    for (;;) {
      const event = waiting.shift()
      if (event !== undefined) return event
      if (isOver) throw new Error('the stream is over')
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return {
    response,
    next,
    async until(name) {
      for (;;) {
        const event = await next()
        if (event.event === name) return event
      }
    },
    waiting,
    ended,
    close: () => abort.abort(),
  }
}

async function read(response: Response, onText: (text: string) => void): Promise<void> {
  if (response.body === null) return
  try {
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) onText(text)
  } catch {
    // The test closed it.
  }
}
